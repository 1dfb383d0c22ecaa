import { expect, test } from '@playwright/test'
import { services } from './support/services.ts'
import { shop } from './support/shop.ts'
import { architecture, declaredArchitecture, type Span, spansOf, tracesWith, whole } from './support/traces.ts'

const { place, cancel, ended } = shop()
const unavailable = { lines: [{ sku: 'unobtainium', quantity: 1 }] }

const danced = async (wish: Parameters<typeof place>[0] = {}) => {
  const { orderId, traceId } = await place(wish)
  await ended(orderId)
  return { orderId, traceId, spans: await whole(traceId) }
}
const spanOf = (spans: readonly Span[], service: string, name: string, attempt = 1): Span | undefined =>
  spans.find((span) => span.service === service && span.name === name && (span.attributes['event.attempt'] ?? 1) === attempt)

test('a declined payment, rejected stock and an undeliverable parcel are no technical errors', async () => {
  for (const wish of [{ paymentMethod: 'pm_card_chargeDeclined' }, unavailable, { country: 'AQ' }])
    expect((await danced(wish)).spans.filter(({ failed }) => failed)).toEqual([])
})

test('a retry tells its attempt and its reason, on the span that failed and on that which tries again', async () => {
  const { spans } = await danced({ paymentMethod: 'pm_card_bankTimeout' })
  const [first, second, third] = [1, 2, 3].map((attempt) => spanOf(spans, 'payment', 'process order.placed', attempt))
  expect([first, second, third].map((span) => span?.message)).toEqual([
    'the bank did not answer in time',
    'the bank did not answer in time',
    '',
  ])
  expect([first, second, third].map((span) => span?.attributes['event.retry_reason'])).toEqual([
    undefined,
    'BankTimeout: the bank did not answer in time',
    'BankTimeout: the bank did not answer in time',
  ])
  expect([first, second, third].map((span) => span?.attributes['error.type'])).toEqual(['BankTimeout', 'BankTimeout', undefined])
  expect(first?.events).toEqual(expect.arrayContaining(['exception', 'failed; again in 500 ms']))
})

test('each compensation is found by compensation=true, and says what it takes back; whoever has nothing to undo makes none', async () => {
  const { orderId, spans, traceId } = await danced({ country: 'AQ' })
  const compensations = spans.filter(({ attributes }) => attributes['compensation'] === true)
  expect(compensations.map(({ service, name, attributes }) => [service, name, attributes['compensates']]).sort()).toEqual([
    ['inventory', 'process order.cancelled', 'inventory.reserved'],
    ['payment', 'process order.cancelled', 'payment.approved'],
  ])
  expect(await tracesWith('payment', { compensation: 'true', 'order.id': orderId })).toEqual([traceId])
  const happy = await danced()
  expect(await tracesWith('payment', { compensation: 'true', 'order.id': happy.orderId })).toEqual([])
})

test('whoever stands down links to the cues it has waited with, and what comes too late names what cut it short', async () => {
  const { orderId, traceId } = await place({ paymentMethod: 'pm_card_bankTimeout' })
  expect((await cancel(orderId)).status).toBe(202)
  const spans = await whole(traceId)
  const standing = spanOf(spans, 'shipping', 'process order.cancelled')
  expect(standing?.attributes).toMatchObject({ compensation: true, 'reaction.says': 'nothing', 'reaction.state': 'waiting → stood-down' })
  expect(standing?.links.map(({ spanId }) => spanId)).toContain(spanOf(spans, 'shipping', 'process order.placed')?.id)
  expect(spanOf(spans, 'order', 'process payment.declined')?.attributes).toMatchObject({
    cut_short_by: 'order.cancelled',
    'reaction.says': 'nothing',
    'reaction.state': 'cancelled',
  })
})

test('what the messaging conventions know has the names of today’s, and no other', async () => {
  const { orderId, spans } = await danced()
  const published = spanOf(spans, 'order', 'publish order.placed')
  const processed = spanOf(spans, 'payment', 'process order.placed')
  const names = (span: Span | undefined) => Object.keys(span?.attributes ?? {}).filter((name) => name.startsWith('messaging.'))
  const of = ['destination.name', 'message.body.size', 'message.conversation_id', 'message.id', 'operation.name', 'operation.type']
  const usual = [...of, 'rabbitmq.destination.routing_key', 'system'].map((name) => `messaging.${name}`)
  expect(names(published).sort()).toEqual(usual)
  expect(names(processed).sort()).toEqual([...usual, 'messaging.rabbitmq.message.delivery_tag'].sort())
  const shared = { 'messaging.system': 'rabbitmq', 'messaging.message.conversation_id': orderId, 'order.id': orderId }
  expect(published?.attributes).toMatchObject({ ...shared, 'messaging.destination.name': 'events:order.placed' })
  expect(processed?.attributes).toMatchObject({ ...shared, 'messaging.destination.name': 'events:order.placed:payment' })
})

test('the time in the outbox, in the queue and in the service can be read off each event', async () => {
  const { spans } = await danced({ paymentMethod: 'pm_card_bankTimeout' })
  for (const { kind, name, attributes } of spans) {
    if (kind === 'producer') expect(attributes['outbox.wait_ms'], name).toEqual(expect.any(Number))
    if (kind === 'consumer') expect(attributes['queue.wait_ms'], name).toEqual(expect.any(Number))
  }
  const done = spans.filter(({ kind, failed }) => kind === 'consumer' && !failed)
  expect(done.filter(({ events }) => !events.includes('transaction'))).toEqual([])
  const again = spanOf(spans, 'payment', 'process order.placed', 3)
  expect(again?.attributes['queue.wait_ms'], 'its wait for another attempt').toBeGreaterThanOrEqual(1_600)
})

test('an order is found by its id, by the id of any of its events, and by its ending', async () => {
  const completed = await danced()
  const cancelled = await danced(unavailable)
  for (const { orderId, traceId, spans } of [completed, cancelled]) {
    expect(await tracesWith('order', { 'order.id': orderId })).toEqual([traceId])
    for (const { service, attributes } of spans.filter(({ kind }) => kind === 'producer' || kind === 'consumer'))
      expect(await tracesWith(service, { 'cloudevents.event_id': String(attributes['cloudevents.event_id']) })).toEqual([traceId])
  }
  const found = (ending: string, { orderId }: typeof completed) => tracesWith('order', { 'order.ending': ending, 'order.id': orderId })
  expect(await found('completed', completed)).toEqual([completed.traceId])
  expect(await found('cancelled', completed)).toEqual([])
  expect(await found('cancelled', cancelled)).toEqual([cancelled.traceId])
  expect(await found('completed', cancelled)).toEqual([])
})

test('the architecture that Jaeger draws from the traces is that of the tables', async () => {
  await Promise.all([danced(), danced(unavailable), danced({ country: 'AQ' }), danced({ paymentMethod: 'pm_card_chargeDeclined' })])
  const between = (edge: string) => {
    const [from, to] = edge.split(' → ').map((part) => services.find((name) => name === part))
    return from && to && from !== to
  }
  await expect
    .poll(async () => (await architecture()).filter(between).sort())
    .toEqual([...new Set(await declaredArchitecture())].filter(between).sort())
})

test('no span of an order has a warning, however it ends', async () => {
  for (const wish of [{}, unavailable, { country: 'AQ' }, { paymentMethod: 'pm_card_bankTimeout' }]) {
    const { traceId } = await danced(wish)
    expect((await spansOf(traceId)).flatMap(({ warnings }) => warnings)).toEqual([])
  }
})
