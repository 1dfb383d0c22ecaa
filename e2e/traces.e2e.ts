import { expect, test } from '@playwright/test'
import { services } from './support/services.ts'
import { shop } from './support/shop.ts'
import { edgesIn, operationsOf, sound, spansOf, whole } from './support/traces.ts'

const { place, ended, post } = shop()

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
