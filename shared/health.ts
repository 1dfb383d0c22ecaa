import { z } from 'zod'
import { route } from './contract.ts'
import type { Sql } from './database.ts'
import type { Routes } from './http.ts'
import { inTime } from './in-time.ts'
import type { Broker } from './messaging/broker.ts'
import type { Consumer } from './messaging/consumer.ts'
import type { Leadership } from './messaging/leadership.ts'
import type { Relay } from './messaging/relay.ts'
import { silently } from './tracing.ts'

type Organs = {
  readonly db: Sql
  /** Whether the tables are as the service needs them. */
  readonly open: () => boolean
  readonly consumer: Consumer
  readonly brokers: readonly Broker[]
  readonly relay: Relay
  readonly leader: Leadership
}

const patience = 2_000
const mostHeld = 100

const Live = z.object({ status: z.literal('live') })
const Ready = z.object({
  status: z.enum(['ready', 'degraded', 'unready']),
  database: z.enum(['up', 'away']),
  broker: z.object({ state: z.enum(['up', 'blocked', 'away']), reason: z.string().optional() }),
  consumer: z.enum(['consuming', 'away']),
  relay: z.object({
    leads: z.boolean(),
    held: z.array(z.object({ orderId: z.string(), eventId: z.string(), reason: z.string() })).max(mostHeld),
  }),
})

/**
 * `/health/live`: the process answers. `/health/ready`: whether the service can do its part over HTTP, which takes its database and no
 * more; a broker that is away makes it `degraded`, for what is said meanwhile waits in the outbox. Of the orders that are held it names 100 at most.
 */
export const health = ({ db, open, consumer, brokers, relay, leader }: Organs): Routes => ({
  'GET /health/live': route({ summary: 'Whether the process answers', answers: { 200: Live } }, (_, response) =>
    response.json({ status: 'live' }),
  ),

  'GET /health/ready': route(
    { summary: 'Whether the service can do its part', answers: { 200: Ready, 503: Ready } },
    async (_, response) => {
      const database = open() ? await silently(() => reachable(db)) : 'away'
      const states = brokers.map(({ state }) => state())
      const { is, ...why } = states.find(({ is }) => is !== 'up') ?? { is: 'up' }
      const consuming = consumer.state()
      const status = database !== 'up' ? 'unready' : is === 'up' && consuming === 'consuming' ? 'ready' : 'degraded'
      const some = relay.held().entries().take(mostHeld)
      const held = [...some.map(([orderId, fault]) => ({ orderId, ...fault }))]
      response.status(database === 'up' ? 200 : 503)
      response.json({ status, database, broker: { state: is, ...why }, consumer: consuming, relay: { leads: leader.leads(), held } })
    },
  ),
})

const reachable = (db: Sql): Promise<'up' | 'away'> =>
  inTime(
    patience,
    () => db.$queryRawUnsafe('select 1 from _prisma_migrations limit 1'),
    () => new Error('no answer'),
  ).then(
    () => 'up',
    () => 'away',
  )
