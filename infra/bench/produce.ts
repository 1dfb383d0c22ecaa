import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { arriving } from '../load/arrivals.ts'
import { timeOrigin } from './clock.ts'

/** What the bench tells a process that places orders. `last`, where one is to be in flight at a time: the query that finds what comes last of an order. */
export type Task = { readonly orders: readonly string[] } & How
export type How = InTurn | { readonly perSecond: number }
type InTurn = { readonly producers: number; readonly last?: Last }
type Last = { readonly database: string; readonly sql: string }

type Place = (orderId: string) => Promise<string | undefined>

/**
 * What it answers: when it began to place each order, or was to begin, in milliseconds since 1970; how many milliseconds that took, in the same order; and how
 * long those took that were refused.
 */
export type Produced = {
  readonly began: readonly (readonly [orderId: string, at: number])[]
  readonly took: readonly number[]
  readonly refused: readonly number[]
}

const look = 5
const patience = 20_000

/**
 * Places orders as the bench, its parent, asks: so many producers at a time, each with its next order once `place` has committed the one before; or
 * so many per second, whatever becomes of those before. `place` resolves to the order's id: the one that was proposed, or the service's own; or to
 * nothing, when the order was refused.
 */
export const produce = (place: Place) => {
  process.on('message', (task: Task) => void perform(task).then((produced) => process.send?.(produced)))
  process.on('disconnect', () => process.exit(0))
  process.send?.('ready')

  const perform = ({ orders, ...how }: Task) => ('perSecond' in how ? atRate(place, orders, how.perSecond) : inTurn(place, orders, how))
}

const inTurn = async (place: Place, orders: readonly string[], { producers, last }: InTurn): Promise<Produced> => {
  const { produced, placing } = noting(place)
  const next = orders.values()
  const watcher = last && (await watching(last))
  const work = async () => {
    for (const orderId of next) {
      const placed = await placing(orderId)
      if (placed !== undefined) await watcher?.seen(placed)
    }
  }
  await Promise.all(Array.from({ length: producers }, work))
  await watcher?.end()
  return produced
}

const atRate = async (place: Place, orders: readonly string[], perSecond: number): Promise<Produced> => {
  const { produced, placing, origin } = noting(place)
  const placed: Promise<unknown>[] = []
  const arrive = (nr: number, due: number) => void placed.push(placing(orders[nr] ?? '', due - origin))
  await arriving(perSecond, orders.length / perSecond, arrive, new AbortController().signal)
  await Promise.all(placed)
  return produced
}

/** Notes what becomes of each order that is placed. */
const noting = (place: Place) => {
  const origin = timeOrigin()
  const produced = { began: [] as [string, number][], took: [] as number[], refused: [] as number[] }
  const placing = async (orderId: string, at = performance.now()) => {
    const placed = await place(orderId)
    const took = performance.now() - at
    if (placed === undefined) produced.refused.push(took)
    else {
      produced.took.push(took)
      produced.began.push([placed, origin + at])
    }
    return placed
  }
  return { produced, placing, origin }
}

const watching = async ({ database, sql }: Last) => {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  const isThere = async (orderId: string) => (await client.query({ name: 'last', text: sql, values: [orderId] })).rowCount === 1
  return {
    /** Resolves once that is there, or after 20 s: then it is lost, and will be counted so. */
    seen: async (orderId: string) => {
      for (const end = Date.now() + patience; !(await isThere(orderId)) && Date.now() < end; ) await delay(look)
    },
    end: () => client.end(),
  }
}
