import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { broker } from './support/broker.ts'
import { told } from './support/commands.ts'
import { poisoned } from './support/poison.ts'
import { shop } from './support/shop.ts'
import { edgesIn, sound, spansOf, whole } from './support/traces.ts'

const { place, cancel, ended, payment } = shop()
const { manage, waiting } = broker()

const endings: [what: string, wish: Parameters<typeof place>[0], edges: string[]][] = [
  [
    'a declined payment',
    { paymentMethod: 'pm_card_chargeDeclined' },
    [
      'payment: order.placed → payment.declined',
      'order: payment.declined → order.cancelled',
      'inventory: order.cancelled → inventory.released',
    ],
  ],
  [
    'an undeliverable parcel',
    { country: 'AQ' },
    [
      'order: shipping.failed → order.cancelled',
      'payment: order.cancelled → payment.refunded',
      'inventory: order.cancelled → inventory.released',
      'email: payment.refunded → email.sent',
    ],
  ],
]
for (const [what, wish, edges] of endings)
  test(`${what} shows in one trace, with its compensation`, async () => {
    const { orderId, traceId } = await place(wish)
    await ended(orderId)
    const spans = await whole(traceId)
    await sound(spans)
    expect(edgesIn(spans)).toEqual(expect.arrayContaining(edges))
  })

test('an order for what is not there shows in one trace the rejection, and the refund or the refused charge, whichever came first', async () => {
  const { orderId, traceId } = await place({ lines: [{ sku: 'unobtainium', quantity: 1 }] })
  await ended(orderId)
  await expect
    .poll(() => payment(orderId).catch(() => undefined))
    .toEqual(expect.objectContaining({ status: expect.stringMatching(/^(refunded|declined)$/) }))
  const refunded = (await payment(orderId)).status === 'refunded'
  const spans = await whole(traceId)
  await sound(spans)
  const money = refunded ? 'payment: order.cancelled → payment.refunded' : 'payment: order.placed → payment.declined'
  expect(edgesIn(spans)).toEqual(
    expect.arrayContaining(['inventory: order.placed → inventory.rejected', 'order: inventory.rejected → order.cancelled', money]),
  )
})

test('each attempt shows in the order’s trace, with its number; those that failed say so', async () => {
  const { orderId, traceId } = await place({ paymentMethod: 'pm_card_bankTimeout' })
  await ended(orderId)
  const spans = await whole(traceId)
  await sound(spans)
  const attempts = spans.filter(({ service, name }) => service === 'payment' && name === 'process order.placed')
  expect(attempts.map(({ attributes, failed }) => [attributes['event.attempt'], failed]).sort()).toEqual([
    [1, true],
    [2, true],
    [3, false],
  ])
  expect(new Set(attempts.map(({ parent }) => parent?.id)).size).toBe(1)
  const [first, second, third] = attempts.sort((a, b) => Number(a.attributes['event.attempt']) - Number(b.attributes['event.attempt']))
  expect(second?.links.map(({ spanId }) => spanId)).toContain(first?.id)
  expect(third?.links.map(({ spanId }) => spanId)).toContain(second?.id)
})

test('a cancellation over HTTP joins the order’s trace, and the span that cancels and the one in the order’s trace link to each other', async () => {
  const { orderId, traceId } = await place({ paymentMethod: 'pm_card_bankTimeout' })
  const response = await cancel(orderId)
  expect(response.status).toBe(202)
  const spans = await whole(traceId)
  await sound(spans)
  const inside = spans.find(({ name }) => name === 'POST /orders/:id/cancel')
  expect(inside?.parent?.name).toBe('POST /orders')
  const acting = inside?.links.find((link) => link.traceId !== traceId)
  expect(acting).toBeDefined()
  const outside = await spansOf(acting?.traceId ?? '')
  expect(outside.find(({ id }) => id === acting?.spanId)?.links).toContainEqual({ traceId, spanId: inside?.id })
})

test('a dead letter that is redriven joins the order’s trace, linked with what redrives it', async () => {
  const { orderId, traceId } = await place()
  await ended(orderId)
  const spans = await whole(traceId)
  const published = spans.find(({ name }) => name === 'publish order.placed')
  const headers = { traceparent: `00-${traceId}-${published?.id}-01` }
  const properties = { type: 'order.placed', message_id: randomUUID(), correlation_id: orderId, delivery_mode: 2, headers }
  await poisoned('payment', 'no JSON', properties)

  try {
    const { output } = await told('dead', ['send', 'payment', '--all'])
    expect(output).toContain('the body is not JSON')
    expect(output).toContain('1 sent again: 1 of payment')
    await expect(async () => {
      const redriven = (await spansOf(traceId)).find(({ name }) => name === 'redrive order.placed')
      expect(redriven?.parent?.id).toBe(published?.id)
      expect(redriven?.attributes['event.retry_reason']).toContain('the body is not JSON')
      expect(
        (await spansOf(traceId)).filter(({ parent }) => parent?.id === redriven?.id).map(({ service, name }) => `${service} ${name}`),
      ).toEqual(['payment process order.placed'])
      const acting = redriven?.links.find((link) => link.traceId !== traceId)
      expect((await spansOf(acting?.traceId ?? '')).find(({ id }) => id === acting?.spanId)?.links).toContainEqual({
        traceId,
        spanId: redriven?.id,
      })
    }).toPass({ timeout: 20_000 })
    await expect.poll(() => waiting('payment.dead')).toBe(1)
  } finally {
    await manage('DELETE', 'queues/%2F/payment.dead/contents')
  }
})
