import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { CloudEvent } from 'cloudevents'
import { v7 } from 'uuid'
import { say } from '../say.ts'
import { gameEvents, points, won } from '../testing/toy.ts'
import { type Event, readEvent, Unprocessable } from './envelope.ts'

const body = (event: object) => Buffer.from(JSON.stringify(event))
const saying = say({ name: 'points', choreography: points as never, now: () => new Date(0), newId: () => v7() })
const prized = (): Event => {
  const orderId = v7()
  return saying(orderId, { type: 'points.prized', data: { orderId, note: 'well done' } }, ROOT_CONTEXT, { ...won(orderId), hops: 4 })
}

describe('the envelope', () => {
  it('is a valid CloudEvent to the official library', () => {
    const event = prized()
    const official = new CloudEvent(event as never, true)
    assert.deepEqual(JSON.parse(JSON.stringify(official)), JSON.parse(JSON.stringify({ ...event, time: official.time })))
    assert.equal(official.validate(), true)
  })

  it('says who said what about which order, and why', () => {
    const event = prized()
    assert.equal(event.source, '/services/points')
    assert.equal(event.subject, event.correlationid)
    assert.equal(event.time, '1970-01-01T00:00:00.000Z')
    assert.equal(event.dataschema, 'urn:pas-de-cinq:points.prized:1')
    assert.match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    assert.ok(event.causationid)
  })

  it('counts the events that led to it; a command begins anew, and what was said before they were counted has none', () => {
    const orderId = v7()
    const what = { type: 'points.prized', data: { orderId, note: '' } }
    assert.equal(prized().hops, 5)
    assert.equal(saying(orderId, what, ROOT_CONTEXT).hops, 0)
    assert.equal(readEvent(body({ ...won(), hops: undefined }), gameEvents).hops, 0)
    assert.equal(saying(orderId, what, ROOT_CONTEXT, won()).hops, 1)
  })

  it('is read up to 16 hops from where it began', () => {
    assert.equal(readEvent(body({ ...won(), hops: 16 }), gameEvents).hops, 16)
  })

  it('is read by its publisher’s contract, and unknown fields are passed over', () => {
    const event = won()
    assert.deepEqual(readEvent(body({ ...event, data: { ...(event.data as object), later: 'added' } }), gameEvents).data, event.data)
  })

  const bad: [what: string, body: Buffer, reason: RegExp][] = [
    ['no JSON', Buffer.from('{"half'), /not JSON/],
    ['an empty body', Buffer.from(''), /not JSON/],
    ['JSON that is no object', Buffer.from('[1]'), /envelope/],
    ['no id', body({ ...won(), id: undefined }), /id/],
    ['an id that is no UUID', body({ ...won(), id: 'x' }), /id/],
    ['a subject that is no order', body({ ...won(), subject: 'x' }), /subject/],
    ['an id in capitals', body({ ...won(), id: v7().toUpperCase() }), /id/],
    ['a subject in capitals', body({ ...won(), subject: v7().toUpperCase() }), /subject/],
    ['about two orders', body({ ...won(), data: { orderId: v7() } }), /but it tells of/],
    ['of another correlation', body({ ...won(), correlationid: v7() }), /but it tells of/],
    ['a type that every object has', body({ ...won(), type: 'toString', source: '/services/toString' }), /nobody here hears toString/],
    ['not UTF-8', Buffer.from('{"who":"Ren\xe9"}', 'latin1'), /not UTF-8/],
    ['in UTF-16', Buffer.from(JSON.stringify(won()), 'utf16le'), /not JSON/],
    ['larger than a megabyte', body({ ...won(), more: 'x'.repeat(1_000_000) }), /larger/],
    ['deep', Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`), /envelope/],
    ['a time that is none', body({ ...won(), time: 'yesterday' }), /time/],
    ['another specversion', body({ ...won(), specversion: '0.3' }), /specversion/],
    ['a contract version not known here', body({ ...won(), dataschema: 'urn:pas-de-cinq:game.won:2' }), /contract/],
    ['data that does not fit', body({ ...won(), data: { orderId: 7 } }), /data.*orderId/],
    ['further than that', body({ ...won(), hops: 17 }), /17 events led to this one, more than 16: they go in circles/],
    ['hops that are no number of steps', body({ ...won(), hops: -1 }), /hops/],
    ['a type that nobody here hears', body({ ...won(), type: 'game.lost' }), /nobody here hears game.lost/],
    ['a type that is not the speaker’s to say', body({ ...won(), source: '/services/points' }), /no right/],
  ]
  for (const [what, message, reason] of bad)
    it(`is refused, with the reason, when it is ${what}`, () => {
      assert.throws(
        () => readEvent(message, gameEvents),
        (error: Error) => error instanceof Unprocessable && reason.test(error.message),
      )
    })
})
