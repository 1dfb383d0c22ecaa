import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { log } from '../log.ts'
import { rest } from '../patiently.ts'
import { type Acks, acknowledging } from './acks.ts'
import { ageOf } from './delivered.ts'
import { type Bringing, bringingToEnd, lostMeanwhile } from './ending.ts'
import type { Guest } from './guests.ts'
import { listening } from './listening.ts'
import { retryQueue } from './topology.ts'

type Intake = {
  readonly channel: ConfirmChannel
  readonly acks: Acks
  readonly ear: ReturnType<typeof listening>
  tag: string
  prefetch: number
  widening?: Promise<void> | undefined
}
/** Who takes the deliveries of a service's queue. `stop` takes no more, and gives those in hand 3 s. */
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
 * Takes the deliveries of a service's queue, and brings each to its end. On a new connection it begins with one delivery at a time, and goes on
 * so while it meets what has been delivered twice already: an event that kills the process is so found alone, and is a dead letter when it has
 * done so five times. What has neither ended nor killed it within a second lets one more come beside it, so that no answer that never comes
 * keeps the others waiting.
 */
export const consume = (bringing: Bringing): Consumer => {
  const { service, delays } = bringing
  const bring = bringingToEnd(bringing)
  let current: Intake | undefined
  let stopping = false

  const waitingFor = async ({ channel }: Intake) => (await channel.checkQueue(service)).messageCount
  const start = async (intake: Intake) => {
    await intake.channel.prefetch(intake.prefetch)
    const { consumerTag } = await intake.channel.consume(service, (delivery) => {
      if (!delivery) return void intake.channel.close().catch(() => {}) // cancelled by the broker: begin anew
      intake.ear.came()
      intake.acks.opened(delivery)
      void meet(intake, delivery)
    })
    intake.tag = consumerTag
    current = intake
  }
  const widen = async (intake: Intake, to: number) => {
    intake.prefetch = to
    await intake.channel.cancel(intake.tag)
    if (!stopping) await start(intake)
  }
  const mayWiden = (intake: Intake) => !stopping && current === intake && intake.prefetch < prefetch && !intake.widening

  const meet = async (intake: Intake, delivery: ConsumeMessage) => {
    const suspicious = Number(delivery.properties.headers?.['x-delivery-count'] ?? 0) >= 2
    const ended = bring(delivery, intake.acks, suspicious)
    if (intake.prefetch === prefetch) return
    const lingers = await Promise.race([ended.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, harmless, true))])
    if ((suspicious && !lingers) || !mayWiden(intake)) return
    intake.widening = widen(intake, suspicious ? oneMore : prefetch).catch(lostMeanwhile)
    await intake.widening
    intake.widening = undefined
  }

  return {
    async arrive(channel) {
      if (stopping) return
      for (const delay of delays) await channel.checkQueue(retryQueue(service, delay))
      await start({ channel, acks: acknowledging(channel), ear: listening(), tag: '', prefetch: oneMore })
    },
    leave: () => {
      current = undefined
    },
    state: () => (current ? 'consuming' : 'away'),
    age: () => current && ageOf(current.acks.pending()),
    inHand: () => current?.acks.unsettled(),
    waiting: async () => current && waitingFor(current),
    async look() {
      const intake = current
      if (!intake || !(await intake.ear.isForgotten(intake.acks.unsettled(), () => waitingFor(intake))) || stopping) return
      log.warn('events wait, and the broker delivers none: the consumer begins anew')
      await intake.channel.close()
    },
    async stop() {
      stopping = true
      const now = current
      if (!now) return
      await now.widening
      await now.channel.cancel(now.tag).catch(() => {})
      for (const end = Date.now() + patienceAtStop; now.acks.unsettled() > 0 && Date.now() < end; ) await rest(20)
      now.acks.flush()
    },
  }
}
