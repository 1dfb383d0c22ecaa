import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { GetMessage, Options } from 'amqplib'
import { privateVhost } from '../testing/broker.ts'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
import { points, pointsTable, won } from '../testing/toy.ts'
import { toyService } from '../testing/toy-service.ts'
import type { Event } from './envelope.ts'

const bytes = (event: object) => Buffer.from(JSON.stringify(event))
const usual = ({ id, type, subject }: Event): Options.Publish => ({
  messageId: id,
  type,
  correlationId: subject,
  contentType: 'application/cloudevents+json',
})
const nested = (depth: number) => {
  let table: object = {}
  for (let i = 0; i < depth; i++) table = { '': table }
  return table
}
const huge = { '!': 'int64', value: -(2n ** 63n) }

describe('what somebody else puts into a queue', () => {
  const delays = [50, 150]
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let service: ReturnType<typeof toyService>

  before(async () => {
    database = await plumbedDatabase(pointsTable)
  })
  beforeEach(async () => {
    vhost = await privateVhost({ points } as never, delays)
    await database.pool.query('truncate points, messaging.inbox, messaging.outbox')
    service = toyService({ db: database.db, databaseUrl: database.url, amqpUrl: vhost.url, delays })
  })
  afterEach(async () => {
    await service.stop()
    await vhost.end()
  })
  after(() => database.end())

  const put = (content: Buffer, options: Options.Publish) => vhost.channel.sendToQueue('points', content, { persistent: true, ...options })
  const total = async () => Number((await database.pool.query('select coalesce(sum(points), 0) as n from points')).rows[0].n)
  const letter = async () =>
    (await eventually(async () => (await vhost.channel.get('points.dead', { noAck: true })) || assert.fail())) as GetMessage
  const goesOn = async () => {
    const [before, event] = [await total(), won()]
    put(bytes(event), usual(event))
    await eventually(async () => assert.equal(await total(), before + 1))
  }

  const event = won()
  const unlike: [what: string, content: Buffer, properties: Options.Publish, reason: RegExp][] = [
    ['of another type than it says', bytes(event), { type: 'game.lost' }, /was said as|says that it is/],
    [
      'of a type that every object has',
      bytes({ ...event, type: 'toString', source: '/services/toString', dataschema: 'urn:pas-de-cinq:toString:1' }),
      { type: undefined as never },
      /nobody here hears toString/,
    ],
    ['of another content type', bytes(event), { contentType: 'text/plain' }, /content type text\/plain/],
    ['compressed', bytes(event), { contentEncoding: 'gzip' }, /content encoding gzip/],
    [
      'one that has come often, with an id that is none',
      bytes(event),
      { messageId: 'x', headers: { 'x-delivery-count': 99 } },
      /message id/,
    ],
    ['no JSON', Buffer.from('{"half'), {}, /not JSON/],
  ]
  for (const [what, content, properties, reason] of unlike)
    it(`is a dead letter at once, as it came, when it is ${what}`, async () => {
      put(content, { ...usual(event), ...properties })
      const { content: kept, properties: told } = await letter()
      assert.deepEqual(kept, content)
      assert.match(told.headers?.['x-reason'], reason)
      assert.equal(told.headers?.['x-attempts'], 1)
      assert.equal(await total(), 0)
      await goesOn()
    })

  const odd: [what: string, properties: Options.Publish][] = [
    [
      'no properties',
      { contentType: undefined as never, messageId: undefined as never, type: undefined as never, correlationId: undefined as never },
    ],
    ['an id that is none', { messageId: "'; drop table points --" }],
    ['a count of deliveries that nobody has made', { headers: { 'x-delivery-count': 99 } }],
    ['a time at the end of time', { timestamp: 2 ** 63 }],
    ['a trace context that is a number', { headers: { traceparent: huge, tracestate: huge, 'x-attempt': huge } }],
    ['a trace context that is a table', { headers: { traceparent: { a: [1, null, true] }, tracestate: { b: Buffer.from('x') } } }],
    [
      'accounts of attempts that nobody has made',
      { headers: { 'x-attempt': -7, 'x-reason': { a: 1 }, 'x-failed-in': 5, 'x-sent-at': 'now', 'x-said-at': huge } },
    ],
    ['an origin that is none', { headers: { 'x-said-as': null } }],
    ['headers in a depth', { headers: { deep: nested(1_000) } }],
  ]
  for (const [what, properties] of odd)
    it(`counts once, a second time too, and can be handed on, when an event has ${what}`, async () => {
      const good = won()
      put(bytes(good), { ...usual(good), ...properties })
      put(bytes(good), { ...usual(good), ...properties })
      await eventually(async () => assert.equal(await total(), 1))
      put(Buffer.from('{"half'), { ...usual(good), ...properties })
      assert.match((await letter()).properties.headers?.['x-reason'], /not JSON/)
      await goesOn()
    })
})
