import { trace } from '@opentelemetry/api'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { log } from '../log.ts'
import { pacing } from '../pace.ts'
import { failed } from '../tracing.ts'
import { acknowledging } from './acks.ts'
import type { Guest } from './broker.ts'
import { ageOf, type Hearing, hearingDelivered, tellVerdict } from './delivered.ts'
import { listening } from './forgotten.ts'
import { countingDeliveries, type Ending } from './metrics.ts'
import { type HandingOn, verdictOn } from './retry.ts'
import type { Suspects } from './suspects.ts'
import { retryQueue } from './topology.ts'

type Consuming = Hearing & {
  readonly service: string
  readonly delays: readonly number[]
  readonly handOn: HandingOn['handOn']
  readonly suspects: Suspects
  /** how many deliveries may be begun in a second; 0: as many as come */
  readonly perSecond?: number
}
type Stream = {
  readonly channel: ConfirmChannel
  readonly acks: ReturnType<typeof acknowledging>
  readonly ear: ReturnType<typeof listening>
  tag: string
  prefetch: number
  widening: boolean
}
export type Consumer = Guest & {
  readonly state: () => 'consuming' | 'away'
  /** how many seconds ago the oldest event in hand was said; not known while the broker is away */
  readonly age: () => number | undefined
  /** how many deliveries have not come to their end, retries among them; not known while the broker is away */
  readonly inHand: () => number | undefined
  /** how many events wait in the queue, those in hand left out; not known while the broker is away */
  readonly waiting: () => Promise<number | undefined>
  /** Begins anew when, twice in a row, events wait in the queue and none has come since it was last called: a broker that has died can forget who listens. */
  readonly look: () => Promise<void>
  readonly stop: () => Promise<void>
}

const prefetch = 300
const oneMore = 1 // what the cancelled consumer still has in hand does not count
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
  const heard = hearingDelivered({ hears, types, hear })

  const waitingFor = async ({ channel }: Stream) => (await channel.checkQueue(service)).messageCount
  const start = async (stream: Stream) => {
    await stream.channel.prefetch(stream.prefetch)
    const { consumerTag } = await stream.channel.consume(service, (delivery) => {
      if (!delivery) return void stream.channel.close().catch(() => {}) // cancelled by the broker: begin anew
      stream.ear.came()
      stream.acks.opened(delivery)
      void meet(stream, delivery)
    })
    stream.tag = consumerTag
    current = stream
  }
  const widen = async (stream: Stream, to: number) => {
    if (stopping || current !== stream || stream.prefetch === prefetch || stream.widening) return
    stream.widening = true
    stream.prefetch = to
    try {
      await stream.channel.cancel(stream.tag)
      if (!stopping) await start(stream)
    } finally {
      stream.widening = false
    }
  }

  const meet = async (stream: Stream, delivery: ConsumeMessage) => {
    const suspicious = Number(delivery.properties.headers?.['x-delivery-count'] ?? 0) >= 2
    const taken = take(stream, delivery, suspicious)
    if (stream.prefetch === prefetch) return
    const lingers = await Promise.race([taken.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, harmless, true))])
    if (suspicious && !lingers) return
    await widen(stream, suspicious ? oneMore : prefetch).catch(lostMeanwhile)
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
      settle(suspicious ? await suspects.watched(delivery.properties.messageId, () => heard(delivery)) : await heard(delivery))
    } catch (error) {
      failed(span, error)
      const verdict = verdictOn(delivery, error, delays)
      tellVerdict(delivery, error, verdict)
      await handOn(delivery, error, verdict, acks.isOpen).then(() => settle(verdict.is, error), lostMeanwhile)
    }
  }

  return {
    async arrive(channel) {
      if (stopping) return
      for (const delay of delays) await channel.checkQueue(retryQueue(service, delay))
      await start({ channel, acks: acknowledging(channel), ear: listening(), tag: '', prefetch: oneMore, widening: false })
    },
    leave: () => {
      current = undefined
    },
    state: () => (current ? 'consuming' : 'away'),
    age: () => current && ageOf(current.acks.pending()),
    inHand: () => current?.acks.unsettled(),
    waiting: async () => current && waitingFor(current),
    async look() {
      const stream = current
      if (!stream || !(await stream.ear.isForgotten(stream.acks.unsettled(), () => waitingFor(stream))) || stopping) return
      log.warn('events wait, and the broker delivers none: the consumer begins anew')
      await stream.channel.close()
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

const lostMeanwhile = (error: Error) => log.debug({ reason: error.message }, 'the channel is lost; another comes')
