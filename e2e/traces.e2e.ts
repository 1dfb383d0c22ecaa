import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { broker } from './support/broker.ts'
import { told } from './support/commands.ts'
import { shop } from './support/shop.ts'
import { declaredEdges, edgesIn, operationsOf, type Span, spansOf, whole } from './support/traces.ts'

const { place, cancel, ended, post, payment } = shop()
const services = ['email', 'inventory', 'order', 'payment', 'shipping']

const sound = async (spans: readonly Span[]) => {
  const declared = await declaredEdges()
  expect(spans.filter(({ parent }) => !parent).map(({ name }) => name)).toEqual(['POST /orders'])
  expect(spans.filter(({ orphan }) => orphan)).toEqual([])
  expect(spans.flatMap(({ warnings }) => warnings)).toEqual([])
  expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual(services)
  expect(edgesIn(spans).filter((edge) => !declared.has(edge))).toEqual([])
  for (const { kind, parent, links } of spans) if (kind === 'consumer') expect(links.map(({ spanId }) => spanId)).toContain(parent?.id)
}

test('a happy order is one trace of 21 spans: five services, one root, no orphan, no warning, every declared edge of its way', async () => {
  const { orderId, traceId } = await place({}, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
  await ended(orderId)
  const spans = await whole(traceId)
  await sound(spans)
  expect(spans).toHaveLength(21)
  const dispatch = edgesIn(spans).filter((edge) => edge.endsWith('→ shipping.dispatched'))
  expect(dispatch).toHaveLength(1)
  expect(
    edgesIn(spans)
      .filter((edge) => !edge.endsWith('→ shipping.dispatched'))
      .sort(),
  ).toEqual([
    'email: order.completed → email.sent',
    'email: order.placed → email.sent',
    'inventory: order.completed → inventory.withdrawn',
    'inventory: order.placed → inventory.reserved',
    'order: POST /orders → order.placed',
    'order: shipping.dispatched → order.completed',
    'payment: order.placed → payment.approved',
  ])
})

test('the caller’s own trace is linked, not continued; from where the caller came is not told', async () => {
  const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
  const { traceId } = await place({}, { traceparent: `00-${caller.traceId}-${caller.spanId}-01` })
  expect(traceId).not.toBe(caller.traceId)
  await expect.poll(async () => (await spansOf(traceId)).find(({ name }) => name === 'POST /orders')?.links).toContainEqual(caller)
  const root = (await spansOf(traceId)).find(({ name }) => name === 'POST /orders')
  expect(Object.keys(root?.attributes ?? {})).toContain('http.route')
  expect(Object.keys(root?.attributes ?? {}).filter((name) => /client|peer/.test(name))).toEqual([])
})

test('the span that completes the join links to the two cues it has waited for', async () => {
  const { orderId, traceId } = await place()
  await ended(orderId)
  const spans = await whole(traceId)
  const cues = spans.filter(({ service, kind }) => service === 'shipping' && kind === 'consumer')
  const last = spans.find(({ name }) => name === 'publish shipping.dispatched')?.parent
  const waited = cues.filter((cue) => cue !== last).map(({ id }) => id)
  expect(waited).toHaveLength(2)
  expect(last?.links.map(({ spanId }) => spanId)).toEqual(expect.arrayContaining(waited))
})

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

test('with fifty orders at once, no span lands in another’s trace', async () => {
  const placed = await Promise.all(Array.from({ length: 50 }, () => place()))
  await Promise.all(placed.map(({ orderId }) => ended(orderId)))
  for (const { orderId, traceId } of placed) {
    const spans = await whole(traceId)
    await sound(spans)
    expect(spans).toHaveLength(21)
    const orders = new Set(spans.flatMap(({ attributes }) => attributes['order.id'] ?? []))
    expect([...orders]).toEqual([orderId])
  }
})

test('polling, health checks and reading leave no spans', async () => {
  const { order, stock, payment, shipment, letters, url } = shop()
  const { orderId, traceId } = await place()
  await ended(orderId)
  await Promise.all([order(orderId), stock(), payment(orderId), shipment(orderId), letters(orderId), fetch(`${url('order')}/health/ready`)])
  expect((await post('/orders', {})).status).toBe(422)
  await whole(traceId)
  const asked = /^(POST|PUT|PATCH|DELETE)\b/ // other tests ask for what there is not, and that is no reading
  const spoken = /^(publish|process) [a-z]+\.[a-z]+$/
  for (const service of services) {
    const known = ['deadline', 'deadlines', 'bank charge', 'bank reverse', 'smtp send', `process ${service}`] // the last, of what is no event
    const names = await operationsOf(service)
    expect(names.filter((name) => !known.includes(name) && !asked.test(name) && !spoken.test(name))).toEqual([])
  }
})

test('a dead letter that is redriven joins the order’s trace, linked with what redrives it', async () => {
  const { manage, waiting } = broker()
  const { orderId, traceId } = await place()
  await ended(orderId)
  const spans = await whole(traceId)
  const published = spans.find(({ name }) => name === 'publish order.placed')
  const headers = { traceparent: `00-${traceId}-${published?.id}-01` }
  const properties = { type: 'order.placed', message_id: randomUUID(), correlation_id: orderId, delivery_mode: 2, headers }
  await manage('POST', 'exchanges/%2F/payment.own/publish', {
    routing_key: 'payment',
    payload: 'no JSON',
    payload_encoding: 'string',
    properties,
  })
  await expect.poll(() => waiting('payment.dead')).toBe(1)

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
  await manage('DELETE', 'queues/%2F/payment.dead/contents')
})
