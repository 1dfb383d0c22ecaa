import { setTimeout as delay } from 'node:timers/promises'
import type { Ledger, Look } from './contestants.ts'
import type { Ground } from './ground.ts'
import { untilStill } from './until.ts'

/** What became of the orders of a scene: anything lost, doubled or stuck makes its figures void. */
export type Counts = { readonly placed: number; readonly lost: number; readonly doubled: number; readonly stuck: number }
/** When each order came to its end, in milliseconds since 1970. */
export type Committed = ReadonlyMap<string, number>

type Books = Pick<Ground, 'query' | 'waitingIn'>
type Owed = Pick<Ledger, 'owed' | 'nothing'>

const returning = 200 // milliseconds in which the broker has back what a connection that is closed had in hand

/** Empties what a contestant has, so that each scene begins alike. */
export const emptied = async ({ query, purge }: Ground, { reset, unheard }: Ledger, orders: readonly string[]) => {
  for (const { database, sql } of reset(orders)) await query(database, sql)
  for (const queue of unheard) await purge(queue)
  await query('postgres', 'checkpoint')
}

/** Waits until everything has come to its end, or nothing has changed for 20 s; then counts. */
export const counted = (ground: Books, ledger: Owed, placed: number, patience?: number): Promise<Counts> =>
  untilStill(() => count(ground, ledger, placed), isThrough, patience)

const isThrough = ({ lost, stuck }: Counts) => lost === 0 && stuck === 0

const count = async (ground: Books, { owed, nothing }: Owed, placed: number): Promise<Counts> => {
  const look = async (at: Look) =>
    'queue' in at
      ? await ground.waitingIn(at.queue)
      : Number((await ground.query<{ n: string }>(at.database, `select (${at.sql}) as n`))[0]?.n)
  let [lost, doubled, stuck] = [0, 0, 0]
  for (const { each, ...at } of owed) {
    const surplus = (await look(at)) - each * placed
    lost += Math.max(0, -surplus)
    doubled += Math.max(0, surplus)
    if (lost > 0) return { placed, lost, doubled, stuck } // the rest need not be looked at yet
  }
  for (const at of nothing) stuck += await look(at)
  return { placed, lost, doubled, stuck }
}

/** What is found in a contestant's queues once its programs have ended: deliveries that they have not acknowledged. */
export const left = async ({ waitingIn }: Books, { nothing }: Owed): Promise<Counts> => {
  await delay(returning)
  let stuck = 0
  for (const at of nothing) if ('queue' in at) stuck += await waitingIn(at.queue)
  return { placed: 0, lost: 0, doubled: 0, stuck }
}

/** When each order came to its end. */
export const commits = async ({ query }: Ground, { end: { database, rows, id } }: Ledger): Promise<Committed> => {
  const at = 'extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000'
  const found = await query<{ id: string; at: number }>(database, `select ${id} as id, (${at})::float8 as at from ${rows}`)
  return new Map(found.map((row) => [row.id, row.at]))
}
