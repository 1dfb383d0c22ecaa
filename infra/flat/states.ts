import type { Contestant, Ledger } from '../bench/contestants.ts'
import { system } from '../bench/dance-contestants.ts'
import { services } from '../bench/dance-ledger.ts'
import type { Ground, Layout } from '../bench/ground.ts'
import { filled } from './filled.ts'
import { seeded } from './seed.ts'

/** How many orders are in the tables, few or many, and how many events wait. */
export type Sizes = { readonly few: number; readonly many: number; readonly waiting: number }

/** A state in which the system finds itself, in which an order is to cost what it costs in any other. */
export type State = {
  readonly contestant: Contestant
  readonly databases: readonly string[]
  /** Puts the system into that state; resolves to how many orders have ended there before. */
  readonly prepare: () => Promise<number>
}

/** Whoever hears everything, and is away. */
export const away = 'away'
export const flatLayout: Layout = { services, byHand: { exchange: 'events', databases: {}, queues: { [away]: ['#'] } } }

const large = (service: string) => `${service}_large`
const many = (number: number, what: string) => `${number.toLocaleString('en')} ${what}`

/** Makes the databases in which there are many orders. `told` is told how far each has come. */
export const grown = async (ground: Ground, orders: number, told: (what: string) => void) => {
  for (const service of services)
    await ground.query('postgres', `create database ${large(service)} template "${service}" owner "${service}"`)
  const grow = (service: string) =>
    seeded(ground, service, large(service), orders, (done) => told(`${service}: ${many(done, 'orders')} are in its tables`))
  await Promise.all(services.map(grow))
}

/** Forgets all that is in the tables and waits. */
export const emptied = async ({ query, purge }: Ground, ledger: Ledger) => {
  for (const { database, sql } of ledger.reset([])) await query(database, sql)
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

/** Many orders, or many events that wait in a queue, beside few orders and nothing that waits. */
export const tablesAndQueue = async (ground: Ground, { few, many: most, waiting }: Sizes, smtp: string): Promise<State[]> => {
  const env = { OTEL_SDK_DISABLED: 'true' }
  const dancing = async (name: string, databaseOf = (service: string) => service): Promise<Contestant> => {
    const { ledger, places, ...rest } = await system({ name, env, smtp, databaseOf }, ground)
    const more = remembered.map((owed) => ({ ...owed, ...('database' in owed && { database: databaseOf(owed.database) }) }))
    return {
      ...rest,
      places: { ...places, env: { ...places.env, IDEMPOTENCY_KEYS: '1' } },
      ledger: { ...ledger, owed: [...ledger.owed, ...more] },
    }
  }
  const withFew = async ({ ledger }: Contestant) => {
    await emptied(ground, ledger)
    for (const service of services) await seeded(ground, service, service, few)
    return few
  }
  const [base, queue] = [await dancing(many(few, 'orders')), await dancing(`${many(waiting, 'events')} in a queue`)]
  const big = await dancing(many(most, 'orders'), large)
  const ended = async () => Number((await ground.query<{ n: string }>(large('order'), 'select count(*) as n from orders'))[0]?.n)
  return [
    { contestant: base, databases: services, prepare: () => withFew(base) },
    { contestant: big, databases: services.map(large), prepare: () => ground.purge(away).then(ended) },
    {
      contestant: queue,
      databases: services,
      prepare: async () => {
        await withFew(queue)
        await filled(ground, away, waiting)
        return few
      },
    },
  ]
}

/** The broker is away, and many events, or few, wait in the outbox of order, which takes orders all the same. */
export const outbox = async (ground: Ground, { few, waiting }: Sizes, smtp: string): Promise<State[]> =>
  Promise.all(
    [few, waiting].map(async (depth) => {
      const env = { OTEL_SDK_DISABLED: 'true', OUTBOX_MAX: String(10 * waiting), AMQP_URL: 'amqp://127.0.0.1:1' }
      const whole = await system({ name: `${many(depth, 'events')} in the outbox`, env, smtp, dancing: ['order'] }, ground)
      const contestant: Contestant = {
        ...whole,
        ledger: {
          ...whole.ledger,
          end: { ...whole.ledger.end, rows: "orders where status = 'placed'" },
          owed: [
            { database: 'order', sql: 'select count(*) from orders', each: 1 },
            { database: 'order', sql: `select count(*) - ${depth} from messaging.outbox`, each: 1 },
          ],
          nothing: [],
        },
      }
      return {
        contestant,
        databases: ['order'],
        prepare: async () => {
          await emptied(ground, whole.ledger)
          await seeded(ground, 'waiting', 'order', depth)
          return 0
        },
      }
    }),
  )
