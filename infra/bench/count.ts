import { setTimeout as delay } from 'node:timers/promises'
import type { Contestant } from './contestants.ts'
import type { Ground } from './ground.ts'

/** What became of the orders of a scene: anything but 0 makes its figure void. */
export type Counts = { readonly placed: number; readonly lost: number; readonly doubled: number; readonly stuck: number }
/** When each order's effect was committed, in milliseconds since 1970. */
export type Committed = ReadonlyMap<string, number>

const pause = 50
const patience = 20_000

/** Empties what a contestant has, so that each scene begins alike. When B is `says`, its cues for these orders are there. */
export const emptied = async ({ query, purge }: Ground, { databases, tables, queues, primed }: Contestant, cues: readonly string[]) => {
  await query(databases.a, `truncate ${tables.a} restart identity`)
  await query(databases.b, `truncate ${tables.b} restart identity`)
  if (cues.length > 0) await query(databases.b, primed(cues))
  await purge(queues.says)
  await query('postgres', 'checkpoint')
}

/** Waits until everything has come to its end, or nothing has changed for 20 s; then counts. */
export const counted = async (ground: Ground, contestant: Contestant, orders: readonly string[], says: boolean): Promise<Counts> => {
  let counts = await count(ground, contestant, orders, says)
  for (let changed = Date.now(); isOpen(counts) && Date.now() - changed < patience; ) {
    await delay(pause)
    const now = await count(ground, contestant, orders, says)
    if (JSON.stringify(now) !== JSON.stringify(counts)) changed = Date.now()
    counts = now
  }
  return counts
}

const isOpen = ({ lost, stuck }: Counts) => lost > 0 || stuck > 0

const count = async (ground: Ground, contestant: Contestant, orders: readonly string[], says: boolean): Promise<Counts> => {
  const { databases, queues, sequence, outboxes, effect } = contestant
  const one = async (database: string, sql: string) => (await ground.query<{ n: number }>(database, `select (${sql})::int as n`))[0]?.n ?? 0
  const written = await one(databases.b, `coalesce(pg_sequence_last_value('${sequence}'), 0)`)
  if (written < orders.length) return { placed: orders.length, lost: orders.length - written, doubled: 0, stuck: 0 }
  const effects = await one(databases.b, `select count(distinct order_id) ${effect}`)
  const said = says ? await ground.waitingIn(queues.says) : 0
  const expected = says ? orders.length : 0
  const unsent = (await one(databases.a, `select count(*) from ${outboxes}`)) + (await one(databases.b, `select count(*) from ${outboxes}`))
  const waiting = await Promise.all([queues.hears, ...queues.empty].map(ground.waitingIn))
  return {
    placed: orders.length,
    lost: orders.length - effects + Math.max(0, expected - said),
    doubled: Math.max(0, written - orders.length) + Math.max(0, said - expected),
    stuck: unsent + waiting.reduce((sum, n) => sum + n, 0),
  }
}

/** When each effect was committed. */
export const commits = async ({ query }: Ground, { databases, effect }: Contestant): Promise<Committed> => {
  const at = 'extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000'
  const rows = await query<{ order_id: string; at: number }>(databases.b, `select order_id, (${at})::float8 as at ${effect}`)
  return new Map(rows.map((row) => [row.order_id, row.at]))
}
