import { context, trace } from '@opentelemetry/api'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Language } from '../events.ts'
import { log } from '../log.ts'
import type { Heard, Outcome } from '../react.ts'
import { failed } from '../tracing.ts'
import { acknowledging } from './acks.ts'
import type { Guest } from './broker.ts'
import { readEvent } from './envelope.ts'
import { handOn, verdictOn } from './retry.ts'
import type { Suspects } from './suspects.ts'

type Consuming = {
  readonly service: string
  readonly hears: Language
  /** the event types that the table has rows for; another one comes of a binding that is no longer asked for */
  readonly types: ReadonlySet<string>
  readonly delays: readonly number[]
  readonly hear: (heard: Heard) => Promise<Outcome>
  readonly suspects: Suspects
}
export type Consumer = Guest & { readonly state: () => 'consuming' | 'away'; readonly stop: () => Promise<void> }

const prefetch = 300
const patienceAtStop = 3_000

/**
 * Takes the deliveries of a service's queue, and acks each after its effect has been committed, or after the broker has confirmed its retry
 * or its dead letter. After a lost connection it begins with one delivery at a time, and goes on so while it meets what has been delivered
 * twice already: an event that kills the process is so found alone, and is a dead letter when it has done so five times.
 */
export const consume = ({ service, hears, types, delays, hear, suspects }: Consuming): Consumer => {
  let current: { channel: ConfirmChannel; acks: ReturnType<typeof acknowledging>; tag: string; careful: boolean } | undefined
  let stopping = false

  const start = async (channel: ConfirmChannel, acks: ReturnType<typeof acknowledging>, careful: boolean) => {
    await channel.prefetch(careful ? 1 : prefetch)
    const { consumerTag: tag } = await channel.consume(service, (delivery) => {
      if (!delivery) return void channel.close().catch(() => {}) // cancelled by the broker: begin anew
      acks.opened(delivery)
      void take(channel, acks, delivery)
    })
    current = { channel, acks, tag, careful }
  }

  const take = async (channel: ConfirmChannel, acks: ReturnType<typeof acknowledging>, delivery: ConsumeMessage) => {
    const at = context.active()
    const suspicious = Number(delivery.properties.headers?.['x-delivery-count'] ?? 0) >= 2
    try {
      if (!types.has(delivery.properties.type)) log.warn({ type: delivery.properties.type }, 'nobody here hears this any more')
      else if (suspicious) await suspects.watched(delivery.properties.messageId, () => react(delivery))
      else await react(delivery)
      acks.ack(delivery)
    } catch (error) {
      failed(trace.getSpan(at), error)
      await give(channel, acks, delivery, error)
    }
    if (!suspicious && current?.careful && current.channel === channel) await hurry(current).catch(lostMeanwhile)
  }

  const react = async (delivery: ConsumeMessage) => {
    const at = context.active()
    const event = readEvent(delivery.content, hears)
    const outcome = await hear({ event, at })
    const said = outcome.is === 'done' ? outcome.said.map(({ type }) => type) : []
    const line = { orderId: event.subject, eventId: event.id, type: event.type, outcome: outcome.is, said }
    if (said.length > 0) log.info(line, `heard ${event.type}, said ${said.join(', ')}`)
    else log.debug(line, `heard ${event.type}`)
  }

  const give = async (channel: ConfirmChannel, acks: ReturnType<typeof acknowledging>, delivery: ConsumeMessage, error: unknown) => {
    const verdict = verdictOn(delivery, error, delays)
    const line = {
      err: error,
      eventId: delivery.properties.messageId,
      orderId: delivery.properties.correlationId,
      attempt: verdict.attempt,
    }
    if (verdict.is === 'dead') log.error(line, `${delivery.properties.type} is a dead letter`)
    else log.warn(line, `${delivery.properties.type} failed; again in ${verdict.delay} ms`)
    const next = verdict.is === 'dead' ? 'dead letter' : 'retry'
    trace
      .getActiveSpan()
      ?.addEvent(next, { 'event.attempt': verdict.attempt, ...('delay' in verdict && { 'retry.delay_ms': verdict.delay }) })
    await handOn(channel, service, delivery, error, verdict).then(
      () => acks.ack(delivery),
      (fault: Error) => log.warn({ reason: fault.message }, 'could not be handed on; the broker will deliver it again'),
    )
  }

  const hurry = async (now: NonNullable<typeof current>) => {
    now.careful = false
    await now.channel.cancel(now.tag)
    if (!stopping) await start(now.channel, now.acks, false)
  }

  return {
    arrive: (channel) => (stopping ? undefined : start(channel, acknowledging(channel), true)),
    leave: () => {
      current = undefined
    },
    state: () => (current ? 'consuming' : 'away'),
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

const lostMeanwhile = (error: Error) => log.debug({ reason: error.message }, 'the channel is lost; another comes')
