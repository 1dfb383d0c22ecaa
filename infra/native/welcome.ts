import { publishHost, warningOf } from '../passwords.ts'
import { shown } from './output.ts'
import type { PartState, State } from './run-folder.ts'
import { allServices } from './services.ts'

const order = {
  customer: { name: 'Ada', email: 'ada@example.com' },
  address: { street: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
  lines: [{ sku: 'tea', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
}

/** Where everything is, a line to place an order with, and loudly, when that is so, that the ports of containers are open to all. */
export function welcome({ parts }: State): string {
  const names = [...allServices(), 'mail', 'jaeger', 'rabbitmq', 'postgres'].filter((name) => parts[name])
  const addresses = names.map((name) => `  ${[name.padEnd(9), ...addressesOf(parts[name])].join('  ')}`)
  const curl = `curl -i ${parts['order']?.url}/orders -H 'content-type: application/json' -d '${JSON.stringify(order)}'`
  const contained = Object.values(parts).some((part) => part['container'])
  const warning = contained && warningOf(publishHost(), allServices())
  return ['', ...addresses, '', ...(parts['order'] ? ['Place an order:', `  ${curl}`, ''] : []), ...(warning ? [warning, ''] : [])].join(
    '\n',
  )
}

const addressesOf = (part: PartState | undefined) =>
  [part?.url, part?.['management'], part?.['smtp'], part?.['otlp']].filter(Boolean).map(shown)
