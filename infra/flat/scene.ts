import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import type { Contestant } from '../bench/contestants.ts'
import { commits, counted } from '../bench/count.ts'
import type { Ground } from '../bench/ground.ts'
import { latencies, percentile } from '../bench/measure.ts'
import type { Running } from '../bench/program.ts'
import type { Scene } from '../bench/results.ts'
import { staged } from '../bench/stage.ts'
import { outboxesOnDisk, perOrder, spending } from './spent.ts'
import { away, type State } from './states.ts'

/** How many orders warm up, and how many come after that, at what rate. */
export type Size = { readonly warmUp: number; readonly orders: number; readonly perSecond: number }

const quiet = 1_500 // by then PostgreSQL has told of a session's work, but of its last second: that is missing alike before and after
const look = 100

/** What an order costs in a state, at a steady rate, from the moment in which it is due. */
export const costOf = async (ground: Ground, { databases, prepare }: State, size: Size, logs: string): Promise<Scene> => {
  const { contestant, before } = await prepare()
  const { hears, ledger } = contestant
  return staged(
    { ground, contestant, logs },
    () => {},
    async ({ place, hearers }) => {
      await place(ids(size.warmUp), { producers: 20 })
      await settled(ground)
      await tidied(ground)
      await ground.query('postgres', 'checkpoint')
      execFileSync('sync')
      const spent = spending(ground, partsOf(hears, hearers(), ground), databases, away)
      const since = new Date().toISOString()
      const first = await spent()
      const produced = await place(ids(size.orders), { perSecond: size.perSecond })
      await settled(ground)
      const last = await spent()
      const placed = size.warmUp + size.orders
      const counts = { ...(await counted(ground, ledger, before + placed)), placed }
      const { end } = ledger
      const committed = await commits(ground, { ...ledger, end: { ...end, rows: `${end.rows} and placed_at >= '${since}'` } })
      const took = latencies(produced, committed)
      return {
        counts,
        figures: {
          ...perOrder(first, last, size.orders),
          p50: percentile(took, 0.5),
          p95: percentile(took, 0.95),
          outbox: await outboxesOnDisk(ground, databases),
        },
      }
    },
  )
}

const ids = (many: number) => Array.from({ length: many }, () => newId())

/** Resolves once nobody has said anything for 1.5 s. */
const settled = async ({ waitingIn }: Ground) => {
  for (let [said, since] = [await waitingIn(away), Date.now()]; Date.now() - since < quiet; await delay(look)) {
    const now = await waitingIn(away)
    if (now !== said) [said, since] = [now, Date.now()]
  }
}

/** Has PostgreSQL tidy up after whatever has been, in all databases: autovacuum would, while something else is measured. */
const tidied = async ({ query }: Ground) => {
  const databases = await query<{ name: string }>('postgres', 'select datname as name from pg_database where not datistemplate')
  for (const { name } of databases) await query(name, 'vacuum analyze')
}

const partsOf = (hears: Contestant['hears'], hearers: readonly Running[], { pids }: Ground) => ({
  ...Object.fromEntries(hears.map(({ args }, nr) => [serviceIn(args), [hearers[nr]?.pid ?? 0]])),
  postgres: [pids.postgres],
  ...(hears.length > 1 && { rabbitmq: [pids.rabbitmq] }), // alone, the service that places orders is without a broker
})

const serviceIn = (args: readonly string[]) => /services\/(\w+)\/service\.ts$/.exec(args.at(-1) ?? '')?.[1] ?? ''
