import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { v7 as newId } from 'uuid'
import type { z } from 'zod'
import type { Asks, Choreography } from './choreography.ts'
import type { Perform } from './command.ts'
import { commonVariables, configuration } from './config.ts'
import { adapterFor, type Database, inTransaction, isAway, type Sql } from './database.ts'
import { health } from './health.ts'
import { hearing } from './hear.ts'
import { application, type Routes } from './http.ts'
import { patiently } from './lanes.ts'
import { log } from './log.ts'
import { connectBroker } from './messaging/broker.ts'
import { consume } from './messaging/consumer.ts'
import { claims } from './messaging/idempotency.ts'
import { inbox } from './messaging/inbox.ts'
import { leadership } from './messaging/leadership.ts'
import { outbox } from './messaging/outbox.ts'
import { relaying } from './messaging/relay.ts'
import { forgetting, plumbing, type Retention } from './messaging/retention.ts'
import { suspectsIn } from './messaging/suspects.ts'
import { heardBy } from './messaging/topology.ts'
import { migrate } from './migrate.ts'
import { performing } from './perform.ts'
import type { Store } from './store.ts'
import { silently, stopTracing } from './tracing.ts'

type Room<Db, Config> = { readonly db: Db; readonly config: Config; readonly perform: Perform; readonly log: typeof log }
type Stoppable = { readonly stop: () => unknown }

/** What a service is made of, beside its choreography. */
export type Parts<State, Tx extends Sql, Db extends Database<Tx>, Shape extends z.ZodRawShape> = {
  readonly name: string
  /** its usual port; `PORT` says otherwise */
  readonly port: number
  /** its own module: `migrations/` lies beside it */
  readonly at: string
  /** environment variables of its own */
  readonly config?: Shape
  readonly database: (adapter: ReturnType<typeof adapterFor>) => Db
  readonly store: Store<Tx, State>
  /** what its table asks; its `stop`, if it has one, is called at the end */
  readonly asks?: (room: Room<Db, z.infer<z.ZodObject<Shape>>>) => object
  readonly http: (room: Room<Db, z.infer<z.ZodObject<Shape>>>) => Routes
  /** what goes on beside, from when the database is there */
  readonly background?: (room: Room<Db, z.infer<z.ZodObject<Shape>>>) => Stoppable
  readonly prune?: readonly Retention[]
}

/**
 * Runs a service until SIGTERM or SIGINT. It answers over HTTP at once, and says on `/health/ready` what it still waits for: the database,
 * whose migrations it applies itself, and the broker, whose topology has to be whole. It ends in reverse, within 5 s: no more deliveries and
 * requests; what is under way commits; the relay sends what it can, and the spans go out; then the connections close.
 */
export const runService = async <State, Tx extends Sql, Db extends Database<Tx>, Shape extends z.ZodRawShape>(
  choreography: Choreography<State>,
  parts: Parts<State, Tx, Db, Shape>,
): Promise<void> => {
  const { name } = parts
  const common = configuration(commonVariables(name, parts.port))
  const config = configuration(parts.config ?? ({} as Shape))
  const db = parts.database(adapterFor(common.DATABASE_URL))
  const relay = relaying(name)
  const leader = leadership(common.DATABASE_URL, { led: relay.lead, lost: relay.unlead, knocked: relay.wake })
  let perform: Perform = () => Promise.reject(new Error('not ready yet'))
  const room = { db, config, log, perform: (command: Parameters<Perform>[0]) => perform(command) }

  const asks: Partial<Stoppable> = parts.asks?.(room) ?? {}

  const ground = {
    ...{ name, choreography, db: db as unknown as Tx, transact: inTransaction(db), inbox, outbox, claims, store: parts.store },
    asks: asks as Asks,
    asksAtOnce: common.ASKS,
    now: () => new Date(),
    newId: () => newId(),
    patient: isAway,
    spoken: () => leader.knock(db),
  }
  perform = performing(ground)
  const types = new Set(heardBy(choreography))
  const consumer = consume({
    service: name,
    hears: choreography.hears,
    types,
    delays: common.RETRY_DELAYS_MS,
    hear: hearing(ground),
    suspects: suspectsIn(db),
  })

  const status = health({ db, consumer, broker: () => broker?.state(), relay, leader })
  const server = createServer(application({ ...status, ...parts.http(room) }))
  server.keepAliveTimeout = 65_000
  await listening(server, common.HOST, common.PORT)
  log.info({ url: `http://${common.HOST}:${(server.address() as AddressInfo).port}` }, `${name} answers`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end())

  const folders = [new URL('messaging/migrations/', import.meta.url), new URL('migrations/', parts.at)]
  await silently(() => patiently(() => migrate(common.DATABASE_URL, folders), waitFor('the database')))
  const forgetful = forgetting(db, [...plumbing, ...(parts.prune ?? [])])
  const background = parts.background?.(room)
  let broker: ReturnType<typeof connectBroker> | undefined
  broker = connectBroker(common.AMQP_URL, name, [relay, consumer])

  const end = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    setTimeout(() => process.exit(0), 4_500).unref()
    await Promise.all([consumer.stop(), Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2_000))])])
    await background?.stop()
    forgetful.stop()
    await relay.stop()
    await Promise.all([broker?.stop(), leader.stop(), stopTracing(), asks.stop?.()])
    await db.$disconnect()
    process.exit(0)
  }
}

const listening = (server: Server, host: string, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

const waitFor = (what: string) => (error: unknown) => {
  if (!isAway(error)) return false
  log.debug({ reason: (error as Error).message }, `waits for ${what}`)
  return true
}
