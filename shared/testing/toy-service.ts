import type { Sql } from '../database.ts'
import type { Ground } from '../ground.ts'
import { hearing } from '../hear.ts'
import { brokerAt } from '../messaging/broker.ts'
import { consume } from '../messaging/consumer.ts'
import type { Event } from '../messaging/envelope.ts'
import { leadership } from '../messaging/leadership.ts'
import { relaying } from '../messaging/relay.ts'
import { handingOn } from '../messaging/retry.ts'
import { suspectsIn } from '../messaging/suspects.ts'
import { heardBy } from '../messaging/topology.ts'
import type { Plumbed } from './database.ts'
import { type Points, points, toyGround } from './toy.ts'

type Check = (event: Event) => Promise<string>
type Toy = {
  readonly db: Plumbed
  readonly databaseUrl: string
  readonly amqpUrl: string
  readonly delays: readonly number[]
  readonly perSecond?: number
}

/** One instance of the counting service, on real parts. `decide` may fail, or do worse, before the row's own decision. */
export const toyService = (
  { db, databaseUrl, amqpUrl, delays, perSecond = 0 }: Toy,
  decide: (event: Event) => void = () => {},
  check: Check = async () => 'fair',
) => {
  const reactions = points.reactions.map((row) => ({
    ...row,
    decide: ((state: Points, event: Event, answer: unknown) => {
      decide(event)
      return row.decide(state as never, event as never, answer as never)
    }) as never,
  }))
  const relay = relaying('points', Object.keys(points.says))
  const leader = leadership(databaseUrl, relay)
  const { ground, counted } = toyGround(db, {
    choreography: { ...points, reactions } as unknown as Ground<Sql, Points>['choreography'],
    asks: { check },
    spoken: (_, written) => leader.publish(written),
  })
  const types = new Set(heardBy(points))
  const { handOn, ...handing } = handingOn('points')
  const consumer = consume({
    service: 'points',
    hears: points.hears,
    types,
    delays,
    hear: hearing(ground),
    handOn,
    suspects: suspectsIn(db),
    perSecond,
  })
  const brokers = [brokerAt(amqpUrl, 'points says', [relay, handing]), brokerAt(amqpUrl, 'points hears', [consumer])]
  for (const { start } of brokers) start()
  return {
    counted,
    relay,
    leader,
    consumer,
    isUp: () => brokers.every(({ state }) => state().is === 'up'),
    async stop() {
      await consumer.stop()
      await relay.stop()
      await Promise.all([...brokers.map(({ stop }) => stop()), leader.stop()])
    },
  }
}
