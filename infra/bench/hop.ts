import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Contestant } from './contestants.ts'
import { type Committed, type Counts, commits, counted, emptied } from './count.ts'
import type { Ground } from './ground.ts'
import { drained, latencies, percentile, perSecond } from './measure.ts'
import type { Produced, Task } from './produce.ts'
import { type Running, started } from './program.ts'
import type { Scene, Scenes } from './results.ts'

/** How many orders each scene places. */
export type Size = { readonly warmUp: number; readonly rest: number; readonly load: number; readonly drain: number }

type Round = {
  readonly ground: Ground
  readonly contestant: Contestant
  readonly says: boolean
  readonly size: Size
  readonly logs: string
}

/** One contestant's hops, scene by scene. */
export const hop = async ({ ground, contestant, says, size, logs }: Round, step: (what: string) => void): Promise<Scenes> => {
  const { databases, effect } = contestant
  const log = join(logs, `${contestant.name.replace(/\W+/g, '-')}.log`)
  const a = started(contestant.a, log)
  let b: Running | undefined
  try {
    await a.ask()
    b = started(contestant.b(says), log)
    const scene = async (what: string, many: number, how: Omit<Task, 'orders'>, meanwhile = async () => {}) => {
      step(what)
      const orders = Array.from({ length: many }, () => randomUUID())
      await emptied(ground, contestant, says ? orders : [])
      const produced = await a.ask<Produced>({ orders, ...how } satisfies Task)
      await meanwhile()
      const counts = await counted(ground, contestant, orders, says)
      return { produced, counts, committed: await commits(ground, contestant) }
    }
    const load = async (producers: number): Promise<Scene> => {
      const { produced, committed, counts } = await scene(`${producers} producers`, size.load, { producers })
      return { counts, figures: { perSecond: perSecond(produced, committed) } }
    }

    await scene('warming up', size.warmUp, { producers: 20 })
    const rest = await scene('at rest', size.rest, {
      producers: 1,
      effect: { database: ground.admin(databases.b), sql: `select 1 ${effect} and order_id = $1` },
    })
    const producers20 = await load(20)
    const producers200 = await load(200)
    await b.stop()
    const drain = await scene('drain', size.drain, { producers: 200 }, async () => {
      b = started(contestant.b(says), log)
    })
    return { rest: atRest(rest), producers20, producers200, drain: draining(drain, b) }
  } finally {
    await Promise.all([a.stop(), b?.stop()])
  }
}

type Seen = { readonly produced: Produced; readonly committed: Committed; readonly counts: Counts }

const atRest = ({ produced, committed, counts }: Seen): Scene => {
  const took = latencies(produced, committed)
  return { counts, figures: { p50: percentile(took, 0.5), p95: percentile(took, 0.95), p99: percentile(took, 0.99) } }
}

const draining = ({ committed, counts }: Seen, { spawnedAt }: Running): Scene => ({
  counts,
  figures: { perSecond: drained(committed), coldStart: Math.min(...committed.values()) - spawnedAt },
})
