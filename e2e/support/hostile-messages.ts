import { randomUUID } from 'node:crypto'
import type { Options } from 'amqplib'
import fc from 'fast-check'

export type Said = { readonly content: Buffer; readonly properties: Options.Publish & { type: string } }
type Event = { readonly [attribute: string]: unknown; readonly data: { readonly [field: string]: unknown } }
type Message = { readonly content: Buffer; readonly properties?: Options.Publish }
type Kind = (event: Event, content: Buffer) => fc.Arbitrary<Message>

const bytes = (event: object) => Buffer.from(JSON.stringify(event))
const required = ['specversion', 'id', 'type', 'source', 'subject', 'time', 'datacontenttype', 'dataschema', 'correlationid', 'data']
const misfits = [null, [], {}, 7.5, true, '\u0000', '\ud800']
const also = (arbitrary: fc.Arbitrary<object>) => arbitrary.map((spoilt): Message => ({ content: bytes(spoilt) }))

/** How an event can be spoilt, so that nobody may take it for one. */
export const spoilt: Readonly<Record<string, Kind>> = {
  truncated: (_, content) => fc.integer({ min: 0, max: content.length - 1 }).map((length) => ({ content: content.subarray(0, length) })),
  'odd bytes': () =>
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((content) => ({ content: Buffer.concat([Buffer.from('}'), content]) })),
  huge: (event) =>
    fc.integer({ min: 1_000_000, max: 4_000_000 }).map((length) => ({ content: bytes({ ...event, more: 'x'.repeat(length) }) })),
  deep: () =>
    fc.integer({ min: 1_000, max: 100_000 }).map((depth) => ({ content: Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`) })),
  'wrong types': (event) =>
    also(
      fc.tuple(fc.constantFrom(...required), fc.constantFrom<unknown>(...misfits)).map(([name, value]) => ({ ...event, [name]: value })),
    ),
  'wrong types in its data': (event) =>
    also(
      fc
        .tuple(fc.constantFrom(...Object.keys(event.data)), fc.constantFrom(null, 7.5, true))
        .map(([name, value]) => ({ ...event, data: { ...event.data, [name]: value } })),
    ),
  'something missing': (event) => also(fc.constantFrom(...required).map((name) => ({ ...event, [name]: undefined }))),
  'wrong content type': (_, content) =>
    fc
      .constantFrom('text/plain', 'application/json', 'application/cloudevents-batch+json', 'application/xml', '__proto__')
      .map((contentType) => ({ content, properties: { contentType } })),
  'wrong encoding': (event, content) =>
    fc.constantFrom<Message>(
      { content: Buffer.from(content.toString(), 'utf16le') },
      { content: Buffer.from(JSON.stringify({ ...event, who: 'Ren\u00e9' }), 'latin1') },
      { content: Buffer.from(content.toString('base64')) },
      { content, properties: { contentEncoding: 'gzip' } },
    ),
  'forged type': (event) =>
    also(
      fc
        .constantFrom('order.exploded', 'toString', '__proto__', '', '#', 'email.sent', 'a'.repeat(5_000))
        .map((type) => ({ ...event, type })),
    ),
  'forged name': (_, content) => fc.constantFrom('order.exploded', '__proto__', '*').map((type) => ({ content, properties: { type } })),
  'forged source': (event) =>
    also(fc.constantFrom('/services/email', '/services/', 'http://127.0.0.1/', '../order').map((source) => ({ ...event, source }))),
  'forged order': (event) => also(fc.uuid().map((orderId) => ({ ...event, data: { ...event.data, orderId } }))),
  'unknown version': (event) =>
    also(
      fc
        .constantFrom(2, 99, 'x')
        .map((version) => ({ ...event, dataschema: String(event['dataschema']).replace(/\d+$/, String(version)) })),
    ),
}

/** Of an order that nobody knows, with characters and numbers that PostgreSQL does not take, in the fields that each hearer keeps. */
export const unkept: Kind = (event) =>
  also(
    fc.uuid({ version: 7 }).map((orderId) => ({
      ...event,
      id: randomUUID(),
      subject: orderId,
      correlationid: orderId,
      data: {
        ...event.data,
        orderId,
        totalCents: 2 ** 40,
        address: { country: 'F\u0000' },
        customer: { name: 'A\u0000da', email: 'a\u0000@example.org' },
        lines: [{ sku: 'te\u0000a', quantity: 1, unitPriceCents: 2 ** 40 }],
      },
    })),
  )

const huge = { '!': 'int64', value: -(2n ** 63n) }
const values = fc.constantFrom<unknown>(
  null,
  -7,
  99,
  2 ** 53,
  huge,
  true,
  '',
  'x'.repeat(5_000),
  '00-0-0-01',
  [1, [null]],
  { a: { b: [] } },
  Buffer.from('x'),
)
const ours = [
  'traceparent',
  'tracestate',
  'x-attempt',
  'x-reason',
  'x-sent-at',
  'x-said-at',
  'x-failed-in',
  'x-history',
  'x-delivery-count',
  'x-death',
  'baggage',
]

/** Headers and properties as nobody of us writes them, around an event that may well be one. */
export const oddlyTold: fc.Arbitrary<Options.Publish> = fc.record(
  {
    headers: fc.dictionary(fc.constantFrom(...ours), values, { noNullPrototype: true }),
    timestamp: fc.constantFrom(0, 2 ** 40, 2 ** 53),
    correlationId: fc.constantFrom('', 'x', '__proto__'),
    appId: fc.constantFrom('', 'nobody'),
    priority: fc.integer({ min: 0, max: 255 }),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<Options.Publish>
