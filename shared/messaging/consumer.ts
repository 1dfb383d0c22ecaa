import { context, trace } from '@opentelemetry/api'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { passing } from '../crash.ts'
import type { Language } from '../events.ts'
import { faultOf } from '../faults.ts'
import { log } from '../log.ts'
import { pacing } from '../pace.ts'
import type { Heard, Outcome } from '../react.ts'
import { failed } from '../tracing.ts'
import { acknowledging } from './acks.ts'
import type { Guest } from './broker.ts'
import { readEvent, refuseForeign, Unprocessable } from './envelope.ts'
import { countingDeliveries, type Ending } from './metrics.ts'
import { refuseForged } from './origin.ts'
import { type HandingOn, type Verdict, verdictOn } from './retry.ts'
import type { Suspects } from './suspects.ts'
import { events, retryQueue } from './topology.ts'

type Consuming = {
  readonly service: string
  readonly hears: Language
  /** the event types that the table has rows for; another one comes of a binding that is no longer asked for */
  readonly types: ReadonlySet<string>
  readonly delays: readonly number[]
  readonly hear: (heard: Heard) => Promise<Outcome>
  readonly handOn: HandingOn['handOn']
  readonly suspects: Suspects
  /** how many deliveries may be begun in a second; 0: as many as come */
  readonly perSecond?: number
}
type Stream = { readonly channel: ConfirmChannel; readonly acks: ReturnType<typeof acknowledging>; tag: string; prefetch: number }
export type Consumer = Guest & {
  readonly state: () => 'consuming' | 'away'
  /** when the oldest event in hand was said, in seconds since 1970 */
  readonly oldest: () => number | undefined
  readonly stop: () => Promise<void>
}

const prefetch = 300
const harmless = 1_000
const patienceAtStop = 3_000

/**
 * Takes the deliveries of a service's queue, and acks each after its effect has been committed, or after the broker has confirmed its retry
 * or its dead letter. On a new connection it begins with one delivery at a time, and goes on so while it meets what has been delivered
 * twice already: an event that kills the process is so found alone, and is a dead letter when it has done so five times. What has neither
 * ended nor killed it within a second lets one more come beside it, so that no answer that never comes keeps the others waiting.
 */
export const consume = ({ service, hears, types, delays, hear, handOn, suspects, perSecond }: Consuming): Consumer => {
  const pace = pacing(perSecond)
  let current: Stream | undefined
  let stopping = false
  const begun = countingDeliveries(service, types)

  const start = async (stream: Stream) => {
    await stream.channel.prefetch(stream.prefetch)
    const { consumerTag } = await stream.channel.consume(service, (delivery) => {
      if (!delivery) return void stream.channel.close().catch(() => {}) // cancelled by the broker: begin anew
      stream.acks.opened(delivery)
      void meet(stream, delivery)
    })
    stream.tag = consumerTag
    current = stream
  }
  const widen = async (stream: Stream, to: number) => {
    if (stopping || current !== stream || stream.prefetch >= to) return
    stream.prefetch = to
    await stream.channel.cancel(stream.tag)
    if (!stopping) await start(stream)
  }

  const meet = async (stream: Stream, delivery: ConsumeMessage) => {
    const suspicious = Number(delivery.properties.headers?.['x-delivery-count'] ?? 0) >= 2
    const taken = take(stream, delivery, suspicious)
    if (stream.prefetch === prefetch) return
    const lingers = await Promise.race([taken.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, harmless, true))])
    if (suspicious && !lingers) return
    await widen(stream, suspicious ? stream.prefetch + 1 : prefetch).catch(lostMeanwhile)
  }

  const take = async ({ acks }: Stream, delivery: ConsumeMessage, suspicious: boolean) => {
    const span = trace.getActiveSpan()
    const ended = begun(delivery)
    const settle = (ending: Ending, error?: unknown) => {
      acks.ack(delivery)
      ended(ending, error)
    }
    await pace()
    try {
      settle(suspicious ? await suspects.watched(delivery.properties.messageId, () => react(delivery)) : await react(delivery))
    } catch (error) {
      failed(span, error)
      const verdict = verdictOn(delivery, error, delays)
      tell(delivery, error, verdict)
      await handOn(delivery, error, verdict, acks.isOpen).then(() => settle(verdict.is, error), lostMeanwhile)
    }
  }

  const react = async (delivery: ConsumeMessage): Promise<Ending> => {
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

  return {
    async arrive(channel) {
      if (stopping) return
      for (const delay of delays) await channel.checkQueue(retryQueue(service, delay))
      await start({ channel, acks: acknowledging(channel), tag: '', prefetch: 1 })
    },
    leave: () => {
      current = undefined
    },
    state: () => (current ? 'consuming' : 'away'),
    oldest: () => {
      const said = current?.acks.pending().flatMap(({ properties: { timestamp } }) => (typeof timestamp === 'number' ? timestamp : []))
      return said?.length ? Math.min(...said) : undefined
    },
    async stop() {
      stopping = true
      const now = current
      if (!now) return
      await now.channel.cancel(now.tag).catch(() => {})
      for (const end = Date.now() + patienceAtStop; now.acks.unsettled() > 0 && Date.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 20))
      now.acks.flush()
    },
  }
}

const tell = ({ properties: { messageId, correlationId, type } }: ConsumeMessage, error: unknown, verdict: Verdict) => {
  const line = { reason: faultOf(error).message, eventId: messageId, orderId: correlationId, attempt: verdict.attempt }
  const next = verdict.is === 'dead' ? 'is a dead letter' : `failed; again in ${verdict.delay} ms`
  const span = trace.getActiveSpan()
  span?.addEvent(next, { 'event.attempt': verdict.attempt, reason: line.reason })
  if (verdict.is === 'dead') span?.setAttribute('event.dead_letter', true)
  if (verdict.is === 'dead') log.error({ ...line, stack: faultOf(error).stack }, `${type} ${next}`)
  else log.warn(line, `${type} ${next}`)
}

const lostMeanwhile = (error: Error) => log.debug({ reason: error.message }, 'the channel is lost; another comes')
