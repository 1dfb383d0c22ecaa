import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { freshlyWritten } from './fresh.ts'

const row = (eventId: string, subject = 'order', after: readonly string[] = []) => ({
  id: eventId,
  eventId,
  subject,
  type: 'game.won',
  traceparent: null,
  tracestate: null,
  body: '{}',
  at: new Date(),
  after,
})
const idsOf = (rows: readonly { eventId: string }[]) => rows.map(({ eventId }) => eventId)

describe('what was just committed', () => {
  it('is sent from here, as it came', () => {
    const fresh = freshlyWritten()
    assert.ok(fresh.add([row('a'), row('b')]))
    assert.deepEqual(fresh.orders(), ['order'])
    assert.deepEqual(idsOf(fresh.next(1)), ['a'])
    assert.deepEqual(idsOf(fresh.next(9)), ['b'])
    assert.deepEqual(fresh.next(10), [])
  })

  it('is left to the outbox while something of its order waits there that is not here', () => {
    const fresh = freshlyWritten()
    assert.ok(!fresh.add([row('b', 'order', ['a']), row('c', 'other')]))
    assert.deepEqual(idsOf(fresh.next(9)), ['c'])
  })

  it('goes on after what is here, and after what has been confirmed', () => {
    const fresh = freshlyWritten()
    assert.ok(fresh.add([row('a')]))
    assert.ok(fresh.add([row('b', 'order', ['a'])]))
    const sent = fresh.next(9)
    fresh.confirm(sent)
    fresh.forget(sent)
    assert.deepEqual(fresh.orders(), [])
    assert.ok(fresh.add([row('c', 'order', ['b'])]))
  })

  it('is not sent twice when it was found in the outbox meanwhile', () => {
    const fresh = freshlyWritten()
    fresh.confirm([row('a')])
    assert.ok(fresh.add([row('a')]))
    assert.deepEqual(fresh.next(9), [])
    assert.ok(fresh.add([row('b')]))
    fresh.confirm([row('b')])
    assert.deepEqual(fresh.next(9), [])
  })

  it('is left to the outbox, with all that waits behind it, when it has not got through', () => {
    const fresh = freshlyWritten()
    fresh.add([row('a'), row('x', 'other')])
    const sent = fresh.next(2)
    fresh.add([row('b', 'order', ['a'])])
    fresh.confirm(sent.slice(1))
    fresh.leave(sent)
    assert.deepEqual([fresh.next(9), fresh.orders()], [[], ['other']])
    assert.ok(!fresh.add([row('c', 'order', ['a', 'b'])]))
  })

  it('does not fill the memory: beyond a thousand it is left to the outbox', () => {
    const fresh = freshlyWritten()
    assert.ok(!fresh.add(Array.from({ length: 2_000 }, (_, nr) => row(`a${nr}`))))
    assert.equal(fresh.next(9_999).length, 1_000)
  })
})
