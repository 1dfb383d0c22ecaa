import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import type { Contestant } from './contestants.ts'
import { type Committed, type Counts, commits, counted, emptied } from './count.ts'
import type { Ground } from './ground.ts'
import { drained, latencies, percentile, perSecond } from './measure.ts'
import type { Produced, Task } from './produce.ts'
import { type Running, started } from './program.ts'
import type { Scene, Scenes } from './results.ts'

/** How many orders each scene places; no `drain`, no such scene. */
export type Size = { readonly warmUp: number; readonly rest: number; readonly load: number; readonly drain?: number }
type Seen = { readonly produced: Produced; readonly committed: Committed; readonly counts: Counts }
type Stage = { readonly ground: Ground; readonly contestant: Contestant; readonly size: Size; readonly logs: string }

/** One contestant's scenes, from its start to its end. `step` is told of each. */
export const play = async ({ ground, contestant, size, logs }: Stage, step: (what: string) => void): Promise<Scenes> => {
  const { places, hears, ready, ledger } = contestant
  const log = join(logs, `${contestant.name.replace(/\W+/g, '-')}.log`)
  const start = () => hears.map((program) => started(program, log))
  let hearers = start()
  const placer = started(places, log)
  const scene = async (what: string, many: number, how: Omit<Task, 'orders'>, meanwhile = () => {}): Promise<Seen> => {
    step(what)
    const orders = Array.from({ length: many }, () => newId())
    await emptied(ground, ledger, orders)
    const produced = await Promise.race([placer.ask<Produced>({ orders, ...how } satisfies Task), ...hearers.map(({ over }) => over)])
    meanwhile()
    const counts = await counted(ground, ledger, many)
    return { produced, counts, committed: await commits(ground, ledger) }
  }
  try {
    await Promise.race([Promise.all([placer.ask(), ready?.()]), ...hearers.map(({ over }) => over)])
    await scene('warming up', size.warmUp, { producers: 20 })
    const { database, rows, id } = ledger.end
    const effect = { database: ground.admin(database), sql: `select 1 from ${rows} and ${id} = $1` }
    const scenes = {
      rest: atRest(await scene('at rest', size.rest, { producers: 1, effect })),
      producers20: underLoad(await scene('20 producers', size.load, { producers: 20 })),
      producers200: underLoad(await scene('200 producers', size.load, { producers: 200 })),
    }
    if (size.drain === undefined) return scenes
    await stopped(hearers.splice(0))
    const seen = await scene('drain', size.drain, { producers: 200 }, () => {
      hearers = start()
    })
    return { ...scenes, drain: draining(seen, hearers) }
  } finally {
    await stopped([placer, ...hearers])
  }
}

const stopped = (programs: readonly Running[]) => Promise.all(programs.map(({ stop }) => stop()))

const atRest = ({ produced, committed, counts }: Seen): Scene => {
  const took = latencies(produced, committed)
  return { counts, figures: { p50: percentile(took, 0.5), p95: percentile(took, 0.95), p99: percentile(took, 0.99) } }
}

const underLoad = ({ produced, committed, counts }: Seen): Scene => ({ counts, figures: { perSecond: perSecond(produced, committed) } })

const draining = ({ committed, counts }: Seen, hearers: readonly Running[]): Scene => ({
  counts,
  figures: {
    perSecond: drained(committed),
    coldStart: Math.min(...committed.values()) - Math.min(...hearers.map(({ spawnedAt }) => spawnedAt)),
  },
})
