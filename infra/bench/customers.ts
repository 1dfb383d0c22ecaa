import { placing } from './placing.ts'
import { produce } from './produce.ts'

// Places orders over HTTP, as customers do, at the service order that ORDER_URL names.
const { customer, address, lines, paymentMethod } = placing('')
const form = { customer, address, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })), paymentMethod }
const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(form) }

produce(async () => {
  const response = await fetch(`${process.env['ORDER_URL']}/orders`, request)
  const answer = (await response.json()) as { orderId: string }
  if (response.status !== 202) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
  return answer.orderId
})
