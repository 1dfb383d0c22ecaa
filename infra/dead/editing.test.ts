import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSet } from './editing.ts'

const event = {
  id: 'an-id',
  type: 'order.placed',
  source: '/services/order',
  hops: 17,
  data: { totalCents: 'lots', lines: [{ sku: 'tea', quantity: 0 }] },
}
const body = (event: object) => Buffer.from(JSON.stringify(event))
const edited = (...set: string[]) => JSON.parse(withSet(body(event), set).content.toString())

test('what is set is JSON or a text, as deep as there are places; the rest stays, and the edit is marked', () => {
  const { edited: what, editedtime, ...after } = edited('data.totalCents=2900', 'data.lines.0.sku=honey', 'data.note={"by":"hand"}')
  assert.equal(what, 'data.totalCents, data.lines.0.sku, data.note')
  assert.ok(Date.now() - Date.parse(editedtime) < 10_000)
  assert.deepEqual(after, { ...event, data: { totalCents: 2900, lines: [{ sku: 'honey', quantity: 0 }], note: { by: 'hand' } } })
})

test('a second edit tells of the first as well', () => {
  const first = withSet(body(event), ['data.totalCents=2900'])
  assert.equal(withSet(first.content, ['data.lines.0.quantity=1']).what, 'data.totalCents, data.lines.0.quantity')
})

test('it stays the same event, said by the same service; an edit that changes nothing, or sets what is nowhere, is none', () => {
  for (const own of ['id=another', 'type=order.cancelled', 'source=/services/payment', 'hops=0'])
    assert.throws(() => edited(own), /cannot be edited: it would be another event/, own)
  assert.throws(() => edited('data.totalCents=lots'), /nothing was changed/)
  for (const nowhere of ['data.customer.name=Ada', 'data.__proto__.x=1', '__proto__=1', 'constructor.prototype.x=1', 'data'])
    assert.throws(() => edited(nowhere), /there is no|has to be path=value/, nowhere)
  assert.throws(() => withSet(Buffer.from('{"half'), ['data.x=1']), /The body is no JSON/)
})
