import { v7 as newId } from 'uuid'
import { placing } from './placing.ts'
import { produce } from './produce.ts'

// Places orders over HTTP, as customers do, at the service order that ORDER_URL names; with IDEMPOTENCY_KEYS=1 each under a key of its own.
const { customer, address, lines, paymentMethod } = placing('')
const form = { customer, address, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })), paymentMethod }
const { ORDER_URL, IDEMPOTENCY_KEYS } = process.env
const body = JSON.stringify(form)
const headers = () => ({ 'content-type': 'application/json', ...(IDEMPOTENCY_KEYS && { 'idempotency-key': newId() }) })

produce(async () => {
  const response = await fetch(`${ORDER_URL}/orders`, { method: 'POST', headers: headers(), body })
  const answer = (await response.json()) as { orderId: string }
  if (response.status === 503 && response.headers.has('retry-after')) return undefined
  if (response.status !== 202) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
  return answer.orderId
})
