import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { hearers, lackingIn, type Span } from './traces.ts'

const heardBy = await hearers()
const happy = [
  'order.placed',
  'inventory.reserved',
  'payment.approved',
  'shipping.dispatched',
  'order.completed',
  'inventory.withdrawn',
  'email.sent',
  'email.sent',
]
const span = (name: string, kind: string, more: Partial<Span>): Span => ({
  id: randomUUID(),
  traceId: 'one',
  parent: undefined,
  orphan: false,
  name,
  service: name,
  kind,
  failed: false,
  message: '',
  events: [],
  links: [],
  attributes: {},
  warnings: [],
  ...more,
})
const publication = (type: string, id: string = randomUUID()) =>
  span(`publish ${type}`, 'producer', { attributes: { 'cloudevents.event_id': id } })
const deliveries = (parent: Span) =>
  (heardBy.get(parent.name.replace('publish ', '')) ?? []).map((service) => span('process', 'consumer', { parent, service }))
const trace = () => happy.map((type) => publication(type)).flatMap((parent) => [parent, ...deliveries(parent)])
const lacking = (spans: readonly Span[]) => lackingIn(spans, heardBy)

describe('the trace of an order', () => {
  it('lacks nothing when each event was processed by all who hear it', () => {
    assert.equal(lacking(trace()), undefined)
  })

  it('lacks nothing when an event was delivered again, or published again', () => {
    const spans = trace()
    const [placed, first] = spans as [Span, Span]
    assert.equal(lacking([...spans, { ...first, id: randomUUID() }]), undefined)
    const again = publication('order.placed', String(placed.attributes['cloudevents.event_id']))
    assert.equal(lacking([...spans, again]), undefined)
    assert.equal(lacking([...spans.filter(({ parent }) => parent !== placed), again, ...deliveries(again)]), undefined)
  })

  it('lacks who has not processed an event, or has failed to', () => {
    const spans = trace()
    const [, first] = spans as [Span, Span]
    assert.match(lacking(spans.filter((one) => one !== first)) ?? '', /^order.placed is processed by .*, not by email$/)
    assert.match(lacking(spans.map((one) => (one === first ? { ...one, failed: true } : one))) ?? '', /, not by email$/)
    assert.match(lacking(spans.slice(0, 1)) ?? '', /^order.placed is processed by nobody, not by email, inventory, payment, shipping$/)
  })

  it('lacks what is still to be said, and the span above an orphan', () => {
    const spans = trace()
    assert.equal(lacking(spans.filter(({ name }) => name !== 'publish email.sent')), 'an event that is still to be said')
    assert.equal(lacking([...spans, span('bank charge', 'client', { orphan: true })]), 'the span above bank charge of bank charge')
  })
})
