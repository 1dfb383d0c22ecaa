import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { placing } from './placing.ts'
import { produce } from './produce.ts'

// Places orders over HTTP, as customers do, at the service order that ORDER_URL names; with IDEMPOTENCY_KEYS=1 each under a key of its own. Who is
// told to come again later does.
const { customer, address, lines, paymentMethod } = placing('')
const form = { customer, address, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })), paymentMethod }
const { ORDER_URL, IDEMPOTENCY_KEYS } = process.env
const body = JSON.stringify(form)

produce(async () => {
  const headers = { 'content-type': 'application/json', ...(IDEMPOTENCY_KEYS && { 'idempotency-key': newId() }) }
  for (;;) {
    const response = await fetch(`${ORDER_URL}/orders`, { method: 'POST', headers, body })
    const answer = (await response.json()) as { orderId: string }
    if (response.status === 202) return answer.orderId
    const later = Number(response.headers.get('retry-after'))
    if (response.status !== 503 || !later) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
    await delay(later * 1_000)
  }
})
