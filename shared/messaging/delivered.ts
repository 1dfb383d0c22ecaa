import { context, trace } from '@opentelemetry/api'
import type { ConsumeMessage } from 'amqplib'
import { passing } from '../crash.ts'
import type { Language } from '../events.ts'
import { faultOf } from '../faults.ts'
import { log } from '../log.ts'
import type { Heard, Outcome } from '../react.ts'
import { readEvent, refuseForeign, Unprocessable } from './envelope.ts'
import type { Ending } from './metrics.ts'
import { refuseForged } from './origin.ts'
import type { Verdict } from './retry.ts'
import { attemptOf } from './spans.ts'
import { events } from './topology.ts'

/** What a service hears, and with what. */
export type Hearing = {
  readonly hears: Language
  /** the event types that the table has rows for; another one comes of a binding that is no longer asked for */
  readonly types: ReadonlySet<string>
  readonly hear: (heard: Heard) => Promise<Outcome>
}

/** Takes a delivery for the event that it holds, and hears it, in the context of its process span. @throws Unprocessable when it holds none */
export const hearingDelivered =
  ({ hears, types, hear }: Hearing) =>
  async (delivery: ConsumeMessage): Promise<Ending> => {
    const { fields, properties } = delivery
    if (fields.exchange === events && fields.routingKey === properties.type && !types.has(properties.type)) {
      log.warn({ type: properties.type }, 'nobody here hears this any more')
      return 'unheard'
    }
    refuseForeign(properties)
    const event = readEvent(delivery.content, hears)
    refuseForged(delivery, event)
    if (!types.has(event.type)) throw new Unprocessable(`nobody here hears ${event.type}`)
    const outcome = await hear({ event, at: context.active() })
    if (outcome.is === 'done') passing('after effect before ack')
    if (outcome.is === 'duplicate') trace.getActiveSpan()?.setAttribute('event.duplicate', true)
    const said = outcome.is === 'done' ? outcome.said.map(({ type }) => type) : []
    const line = { orderId: event.subject, eventId: event.id, type: event.type, outcome: outcome.is, said }
    if (said.length > 0) log.info(line, `heard ${event.type}, said ${said.join(', ')}`)
    else log.debug(line, `heard ${event.type}`)
    return outcome.is === 'duplicate' ? 'duplicate' : 'done'
  }

/** Says in the log, and in the process span, what becomes of a delivery that failed, and why. */
export const tellVerdict = ({ properties: { messageId, correlationId, type } }: ConsumeMessage, error: unknown, verdict: Verdict) => {
  const line = { reason: faultOf(error).message, eventId: messageId, orderId: correlationId, attempt: verdict.attempt }
  const next = verdict.is === 'dead' ? 'is a dead letter' : `failed; again in ${verdict.delay} ms`
  const span = trace.getActiveSpan()
  span?.addEvent(next, { 'event.attempt': verdict.attempt, reason: line.reason })
  if (verdict.is === 'dead') span?.setAttribute('event.dead_letter', true)
  if (verdict.is === 'dead') log.error({ ...line, stack: faultOf(error).stack }, `${type} ${next}`)
  else log.warn(line, `${type} ${next}`)
}

/**
 * How many seconds ago the oldest of these was said, 0 where there is none; what comes again, after a retry or as a redriven dead letter,
 * does not count.
 */
export const ageOf = (deliveries: readonly ConsumeMessage[]): number => {
  const said = deliveries.flatMap((delivery) => (isFirst(delivery) ? timeOf(delivery) : []))
  return Math.max(0, Date.now() / 1_000 - Math.min(Number.POSITIVE_INFINITY, ...said))
}

const isFirst = (delivery: ConsumeMessage) => attemptOf(delivery) === 1 && !delivery.properties.headers?.['x-redriven-at']
const timeOf = ({ properties: { timestamp } }: ConsumeMessage): number[] => (typeof timestamp === 'number' ? [timestamp] : [])
