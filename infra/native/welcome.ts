import type { State } from './run-folder.ts'

const order = {
  customer: { name: 'Ada', email: 'ada@example.com' },
  address: { street: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
  lines: [{ sku: 'tea', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
}

/** Where everything is, and a line to place an order with. */
export function welcome({ parts }: State): string {
  const addresses = Object.entries(parts).map(
    ([name, { url, management, smtp }]) => `  ${name.padEnd(10)} ${[url, management, smtp].filter(Boolean).join('   ')}`,
  )
  const curl = `curl -i ${parts['order']?.url}/orders -H 'content-type: application/json' -d '${JSON.stringify(order)}'`
  return ['', ...addresses, '', ...(parts['order'] ? ['Place an order:', `  ${curl}`, ''] : [])].join('\n')
}
