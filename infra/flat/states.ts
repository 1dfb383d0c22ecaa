import type { Contestant, Ledger } from '../bench/contestants.ts'
import { system } from '../bench/dance-contestants.ts'
import { ledgerOf, services } from '../bench/dance-ledger.ts'
import type { Ground, Layout } from '../bench/ground.ts'
import { filled } from './filled.ts'
import { seeded } from './seed.ts'

/** How many orders are in the tables, few or many, and how many events wait. */
export type Sizes = { readonly few: number; readonly many: number; readonly waiting: number }

/** A state in which the system finds itself, in which an order is to cost what it costs in any other. */
export type State = {
  readonly name: string
  readonly databases: readonly string[]
  /** Puts the system into that state; resolves to who is to be started there, on ports that are free then, and how many orders are there before. */
  readonly prepare: () => Promise<{ readonly contestant: Contestant; readonly before: number }>
}

/** Whoever hears everything, and is away. */
export const away = 'away'
export const flatLayout: Layout = { services, byHand: { exchange: 'events', databases: {}, queues: { [away]: ['#'] } } }

const largeOf = (service: string) => `${service}_large`
const many = (number: number, what: string) => `${number.toLocaleString('en')} ${what}`

/** Makes the databases in which there are many orders. `told` is told how far each has come. */
export const grown = async (ground: Ground, orders: number, told: (what: string) => void) => {
  for (const service of services)
    await ground.query('postgres', `create database ${largeOf(service)} template "${service}" owner "${service}"`)
  const grow = (service: string) =>
    seeded(ground, service, largeOf(service), orders, (done) => told(`${service}: ${many(done, 'orders')} are in its tables`))
  await Promise.all(services.map(grow))
}

/** Forgets all that is in the tables and waits. */
export const emptied = async ({ query, purge }: Ground) => {
  for (const { database, sql } of ledgerOf((service) => service, 'messaging.', []).reset([])) await query(database, sql)
  await query('order', 'truncate messaging.idempotency_key')
  await purge(away)
}

const remembered: Ledger['owed'] = [
  ['order', 'messaging.inbox where said', 1],
  ['order', 'messaging.idempotency_key', 1],
  ['inventory', "holds where status = 'withdrawn'", 1],
  ['inventory', 'messaging.inbox where said', 2],
  ['payment', "payments where status = 'approved'", 1],
  ['payment', 'bank_intents', 1],
  ['payment', 'messaging.inbox where said', 1],
  ['shipping', 'messaging.inbox where said', 1],
  ['shipping', 'messaging.inbox where not said', 2],
  ['email', "correspondences where sent = '{placed,completed}' and due = '{}'", 1],
  ['email', 'messaging.inbox where said', 2],
].map(([service, rows, each]) => ({ database: String(service), sql: `select count(*) from ${rows}`, each: Number(each) }))

const untraced = { OTEL_SDK_DISABLED: 'true' }

/** Many orders, or many events that wait in a queue, beside few orders and nothing that waits. */
export const tablesAndQueue = (ground: Ground, { few, many: most, waiting }: Sizes, smtp: string): State[] => {
  const dancing = async (name: string, databaseOf = (service: string) => service): Promise<Contestant> => {
    const { ledger, places, ...rest } = await system({ name, env: untraced, smtp, databaseOf }, ground)
    const more = remembered.map((owed) => ({ ...owed, ...('database' in owed && { database: databaseOf(owed.database) }) }))
    return {
      ...rest,
      places: { ...places, env: { ...places.env, IDEMPOTENCY_KEYS: '1' } },
      ledger: { ...ledger, owed: [...ledger.owed, ...more] },
    }
  }
  const beside = (name: string, events = 0): State => ({
    name,
    databases: services,
    prepare: async () => {
      await emptied(ground)
      for (const service of services) await seeded(ground, service, service, few)
      await filled(ground, away, events)
      return { contestant: await dancing(name), before: few }
    },
  })
  const large: State = {
    name: many(most, 'orders'),
    databases: services.map(largeOf),
    prepare: async () => {
      await ground.purge(away)
      const [found] = await ground.query<{ n: string }>(largeOf('order'), 'select count(*) as n from orders')
      return { contestant: await dancing(many(most, 'orders'), largeOf), before: Number(found?.n) }
    },
  }
  return [beside(many(few, 'orders')), large, beside(`${many(waiting, 'events')} in a queue`, waiting)]
}

/** The broker is away, and few events, or many, wait in the outbox of order, which takes orders all the same. */
export const outbox = (ground: Ground, { few, waiting }: Sizes, smtp: string): State[] =>
  [few, waiting].map((depth) => {
    const name = `${many(depth, 'events')} in the outbox`
    const env = { ...untraced, OUTBOX_MAX: String(10 * waiting), AMQP_URL: 'amqp://127.0.0.1:1' }
    const prepare = async () => {
      await emptied(ground)
      await seeded(ground, 'waiting', 'order', depth)
      const whole = await system({ name, env, smtp, dancing: ['order'] }, ground)
      const owed = ['orders', `(select 1 from messaging.outbox offset ${depth}) as said`].map((rows) => ({
        database: 'order',
        sql: `select count(*) from ${rows}`,
        each: 1,
      }))
      const end = { ...whole.ledger.end, rows: "orders where status = 'placed'" }
      return { contestant: { ...whole, ledger: { ...whole.ledger, end, owed, nothing: [] } }, before: 0 }
    }
    return { name, databases: ['order'], prepare }
  })

/** One of each service, and two of the one that hears most. */
export const crews = (ground: Ground, smtp: string) =>
  Object.entries({ 'one of each': services, 'two of shipping': [...services, 'shipping'] }).map(([name, dancing]) => ({
    name,
    crew: () => system({ name, env: untraced, smtp, dancing }, ground),
  }))
