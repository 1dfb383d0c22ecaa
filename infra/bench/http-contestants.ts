import { answersHttp, listens } from '../native/answers.ts'
import { nodeArguments } from '../native/services.ts'
import { freePort } from '../ports.ts'
import type { Contestant, Ledger } from './contestants.ts'
import type { Ground, Layout } from './ground.ts'
import { ordersByHand } from './hop-contestants.ts'
import { until } from './until.ts'

const placed = 'placed'

/** What `POST /orders` needs: the service order, its tables once more, and a queue that nobody hears, to count what has been said. */
export const httpLayout: Layout = {
  services: ['order'],
  byHand: { exchange: 'events', databases: { hand_http: ordersByHand }, queues: { [placed]: ['order.placed'] } },
}

const ledgerOf = (database: string, schema: string, more: Pick<Ledger, 'owed' | 'nothing' | 'unheard'>): Ledger => ({
  reset: () => [{ database, sql: `truncate orders, timeline, ${schema}inbox, ${schema}outbox restart identity` }],
  end: { database, rows: 'orders where true', id: 'id' },
  ...more,
  owed: [...['orders', 'timeline'].map((table) => ({ database, sql: `select count(*) from ${table}`, each: 1 })), ...more.owed],
})

const callers = (port: number) => ({ args: ['infra/bench/callers.ts'], env: { ORDER_URL: `http://127.0.0.1:${port}` } })

const bare = async ({ handUrlsOf }: Ground): Promise<Contestant> => {
  const port = await freePort()
  const database = 'hand_http'
  return {
    name: 'bare',
    places: callers(port),
    hears: [{ args: ['infra/bench/http-by-hand.ts'], env: { ...handUrlsOf(database), PORT: String(port) } }],
    ready: () => until(() => listens(port)),
    ledger: ledgerOf(database, '', { owed: [{ database, sql: 'select count(*) from outbox', each: 1 }], nothing: [], unheard: [] }),
  }
}

const system = async (name: string, tracing: NodeJS.ProcessEnv, { urlsOf }: Ground): Promise<Contestant> => {
  const port = await freePort()
  const outbox = { database: 'order', sql: 'select count(*) from messaging.outbox' }
  return {
    name,
    places: callers(port),
    hears: [{ args: nodeArguments('services/order/service.ts'), env: { ...urlsOf('order'), ...tracing, PORT: String(port) } }],
    ready: () => until(() => answersHttp(`http://127.0.0.1:${port}/health/ready`)),
    ledger: ledgerOf('order', 'messaging.', { owed: [{ queue: placed, each: 1 }], nothing: [outbox], unheard: [placed] }),
  }
}

/** Who answers `POST /orders`. */
export const httpContestants = (ground: Ground, collector: string): Promise<Contestant[]> =>
  Promise.all([
    bare(ground),
    system('system', { OTEL_SDK_DISABLED: 'true' }, ground),
    system('system, traced', { OTEL_EXPORTER_OTLP_ENDPOINT: collector }, ground),
  ])
