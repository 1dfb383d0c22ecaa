import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { dataschemaOf, type Language } from '../events.ts'

/**
 * An event as it travels: CloudEvents 1.0, structured mode, with the extensions for distributed tracing, correlation and causation.
 * `subject` and `correlationid` are the order's id; `causationid` is the id of the event that led to this one, and `hops` how many led to it,
 * one through the other, since a command began it. `edited` and `editedtime` mark a dead letter that was edited before it was sent again: what
 * of it, and when.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export type Event<Type extends string = string, Data = unknown> = {
  readonly specversion: '1.0'
  readonly id: string
  readonly type: Type
  readonly source: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly dataschema: string
  readonly correlationid: string
  readonly causationid?: string | undefined
  readonly hops?: number | undefined
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
  readonly edited?: string | undefined
  readonly editedtime?: string | undefined
  readonly data: Data
}

/** What a message's body is: one event, in the JSON format of CloudEvents. */
export const contentType = 'application/cloudevents+json'

/** How many events may lead to each other, one through the other. A dance takes a few steps; what takes more goes in circles. */
const mostHops = 16

/** This can never be processed, however often it is tried: it goes to the dead letters at once. */
export class Unprocessable extends Error {
  override name = 'Unprocessable'
}

const largest = 1_000_000 // bytes; what comes in over HTTP is ten times smaller

const Attributes = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid().lowercase(), // else the same id in capitals would be another one to us, and the same to PostgreSQL
  type: z.string().min(1),
  source: z.string().startsWith('/services/'),
  subject: z.uuid().lowercase(),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().min(1),
  correlationid: z.string().min(1),
  causationid: z.string().min(1).optional(),
  hops: z.int().nonnegative().default(0),
  traceparent: z.string().optional(),
  tracestate: z.string().optional(),
  edited: z.string().optional(),
  editedtime: z.iso.datetime({ offset: true }).optional(),
  data: z.unknown(),
})

/**
 * Reads a message body as an event of one of the languages that `hears` holds, by its publisher's own schema; unknown fields are passed over.
 * What was said before events had `hops` has none.
 * @throws Unprocessable with the reason, when it is none, is of another contract version, has been said by another than its type's owner, or
 * comes at the end of more than 16 hops
 */
export const readEvent = (body: Buffer, hears: Language): Event => {
  const event = checked('the envelope', Attributes, parsed(body))
  const schema = Object.hasOwn(hears, event.type) && hears[event.type]
  if (!schema) throw new Unprocessable(`nobody here hears ${event.type}`)
  if (event.source !== `/services/${event.type.split('.')[0]}`) throw new Unprocessable(`${event.source} has no right to say ${event.type}`)
  if (event.dataschema !== dataschemaOf(event.type, schema)) throw new Unprocessable(`the contract ${event.dataschema} is not known here`)
  if (event.hops > mostHops) throw new Unprocessable(`${event.hops} events led to this one, more than ${mostHops}: they go in circles`)
  const data = checked('the data', schema, event.data)
  const { orderId } = data as { orderId?: unknown }
  for (const other of [event.correlationid, orderId])
    if (other !== event.subject) throw new Unprocessable(`the subject is order ${event.subject}, but it tells of ${other}`)
  return { ...event, data }
}

/** Refuses a message that says that it holds something other than an event as we write it; it may say nothing. @throws Unprocessable */
export const refuseForeign = ({ contentType: type, contentEncoding }: { contentType?: unknown; contentEncoding?: unknown }) => {
  if (type !== undefined && String(type).split(';')[0]?.trim().toLowerCase() !== contentType)
    throw new Unprocessable(`the content type ${type} is not known here: an event is ${contentType}`)
  if (contentEncoding !== undefined && contentEncoding !== 'utf-8')
    throw new Unprocessable(`the content encoding ${contentEncoding} is not known here`)
}

const parsed = (body: Buffer): unknown => {
  if (body.length > largest) throw new Unprocessable(`the body is larger than ${largest} bytes`)
  if (!isUtf8(body)) throw new Unprocessable('the body is not UTF-8')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Unprocessable('the body is not JSON')
  }
}

const checked = <T>(what: string, schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || '(all)'}: ${message}`)
  throw new Unprocessable(`${what} does not fit: ${faults.join('; ')}`)
}
