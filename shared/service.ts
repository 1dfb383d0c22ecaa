import type { z } from 'zod'
import { answering } from './answering.ts'
import { circuit } from './circuit.ts'
import type { Perform } from './command.ts'
import { commonVariables, configuration } from './config.ts'
import { passing } from './crash.ts'
import { type Client, databaseAt, type Sql } from './database.ts'
import { isAway } from './database-faults.ts'
import { gauges } from './gauges.ts'
import { health } from './health.ts'
import { hearing } from './hear.ts'
import { lagging } from './lag.ts'
import { live } from './life.ts'
import { log } from './log.ts'
import { brokerAt } from './messaging/broker.ts'
import { consume } from './messaging/consumer.ts'
import type { Event } from './messaging/envelope.ts'
import { filling } from './messaging/filling.ts'
import type { Written } from './messaging/fresh.ts'
import { leadership } from './messaging/leadership.ts'
import { relaying } from './messaging/relay.ts'
import { forgetting, plumbing } from './messaging/retention.ts'
import { handingOn } from './messaging/retry.ts'
import { suspectsIn } from './messaging/suspects.ts'
import { heardBy } from './messaging/topology.ts'
import { scraped } from './metrics.ts'
import { migrate } from './migrate.ts'
import { onPostgres } from './on-postgres.ts'
import type { Parts, Stoppable } from './parts.ts'
import { patiently } from './patiently.ts'
import { performing } from './perform.ts'
import { stopTracing } from './sdk.ts'
import { type Asks, beginnings, type Choreography } from './table.ts'
import { silently } from './tracing.ts'

const lookEvery = 10_000

/**
 * Runs a service until SIGTERM or SIGINT. It answers over HTTP at once, and says on `/health/ready` what it still waits for: the database,
 * whose migrations it applies itself, and the broker, whose topology has to be whole. It ends in reverse, within 5 s: no more deliveries and
 * requests; what is under way commits; the relay sends what it can, and the spans go out; then the connections close.
 */
export const runService = async <State, Tx extends Sql, Db extends Client, Shape extends z.ZodRawShape>(
  choreography: Choreography<State>,
  parts: Parts<State, Tx, Db, Shape>,
): Promise<void> => {
  const { name, store } = parts
  const { HOST, PORT, DATABASE_URL, AMQP_URL, ASKS, REQUESTS, OUTBOX_MAX, LAG_WARN_SECONDS, RATE_LIMIT, RETRY_DELAYS_MS, CRASH_AT } =
    configuration(commonVariables(parts.port))
  if (CRASH_AT) log.warn(`${name} will crash ${CRASH_AT}, as CRASH_AT says`)
  const config = configuration(parts.config ?? ({} as Shape))
  const { db, transact } = databaseAt<Db, Tx>(DATABASE_URL, parts.database)
  const outboxFilling = filling(db, OUTBOX_MAX)
  const relay = relaying(name, Object.keys(choreography.says), outboxFilling.forgot)
  const leader = leadership(DATABASE_URL, relay)

  const room = { db, transact, config, log, perform: (command: Parameters<Perform>[0]) => perform(command) }
  const asks: Partial<Stoppable> = parts.asks?.(room) ?? {}
  const outside = circuit(name)
  const ground = {
    ...onPostgres,
    name,
    choreography,
    db: db as unknown as Tx,
    transact,
    store,
    asks: asks as Asks,
    asksAtOnce: Math.min(ASKS, parts.asksAtOnce ?? ASKS),
    circuit: outside,
    spoken: (said: readonly Event[], written: readonly Written[]) => {
      passing('after commit before publish')
      outboxFilling.said(said.length)
      leader.publish(written)
      parts.spoken?.(said)
    },
  }
  const perform = performing(ground)
  const { handOn, ...handing } = handingOn(name)
  const consumer = consume({
    service: name,
    hears: choreography.hears,
    types: new Set(heardBy(choreography)),
    hear: hearing(ground),
    handOn,
    delays: RETRY_DELAYS_MS,
    suspects: suspectsIn(db),
    perSecond: RATE_LIMIT,
  })
  // Apart, since a broker that is full stops listening to who publishes, and acks have to get through.
  const brokers = [brokerAt(AMQP_URL, `${name} says`, [relay, handing]), brokerAt(AMQP_URL, `${name} hears`, [consumer])]
  let open = false
  const isOpen = () => open
  const server = answering({
    name,
    at: parts.at,
    routes: parts.http(room),
    begin: beginnings(choreography),
    spared: parts.spares ?? [],
    requests: REQUESTS,
    open: isOpen,
    isFull: outboxFilling.isFull,
    watched: { ...health({ db, open: isOpen, consumer, brokers, relay, leader }), ...scraped },
  })
  const lag = lagging(LAG_WARN_SECONDS, () => ({ outbox: outboxFilling.age(leader.leads()), queue: consumer.age() }))
  gauges({ db, leader, relay, consumer, circuit: outside, lag })
  const beside: Stoppable[] = [lag]

  const end = async () => {
    await Promise.all([consumer.stop(), server.stop()])
    for (const { stop } of beside) await stop()
    await relay.stop()
    await Promise.all([...brokers.map(({ stop }) => stop()), leader.stop(), stopTracing(), asks.stop?.()])
    await db.$disconnect()
  }

  const begin = async () => {
    await server.listen(HOST, PORT)
    log.info({ host: HOST, port: PORT }, `${name} answers`)
    const folders = [new URL('messaging/migrations/', import.meta.url), new URL('migrations/', parts.at)]
    await silently(() => patiently(() => migrate(DATABASE_URL, folders), isAway))
    await outboxFilling.start()
    open = true
    beside.push(outboxFilling)
    beside.push(forgetting(db, [...plumbing, ...(parts.prune ?? [])]))
    if (parts.background) beside.push(parts.background(room))
    const looking = setInterval(() => void silently(consumer.look).catch(() => {}), lookEvery)
    beside.push({ stop: () => clearInterval(looking) })
    for (const { start } of brokers) start()
  }
  await live(name, { begin, end })
}
