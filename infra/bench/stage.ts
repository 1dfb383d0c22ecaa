import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import type { Contestant } from './contestants.ts'
import { type Committed, type Counts, commits, counted, emptied } from './count.ts'
import type { Ground } from './ground.ts'
import type { How, Produced, Task } from './produce.ts'
import { type Running, started } from './program.ts'

export type Seen = { readonly produced: Produced; readonly committed: Committed; readonly counts: Counts }
export type Acting = { readonly ground: Ground; readonly contestant: Contestant; readonly logs: string }
export type Stage = {
  /** Has so many orders placed, by so many producers, and counts what has become of them; `then` is done once all are placed. */
  readonly scene: (what: string, many: number, how: How, then?: () => Promise<void>) => Promise<Seen>
  /** Has so many orders placed. */
  readonly place: (orders: readonly string[], how: How) => Promise<Produced>
  /** those who hear, as they run now */
  readonly hearers: () => readonly Running[]
  /** ends those who hear */
  readonly silence: () => Promise<void>
  /** starts those who hear anew */
  readonly awake: () => readonly Running[]
}

/** Starts a contestant, and ends it once it has `acted`. `step` is told of each scene. */
export const staged = async <T>(
  { ground, contestant: { name, places, hears, ready, ledger }, logs }: Acting,
  step: (what: string) => void,
  acted: (stage: Stage) => Promise<T>,
): Promise<T> => {
  const log = join(logs, `${name.replace(/\W+/g, '-')}.log`)
  const start = () => hears.map((program) => started(program, log))
  let hearers = start()
  const placer = started(places, log)
  const unlessOver = <R>(work: Promise<R>) => Promise.race([work, ...hearers.map(({ over }) => over)])

  const place: Stage['place'] = (orders, how) => unlessOver(placer.ask<Produced>({ orders, ...how } satisfies Task))
  const scene: Stage['scene'] = async (what, many, how, then = async () => {}) => {
    step(what)
    const orders = Array.from({ length: many }, () => newId())
    await emptied(ground, ledger, orders)
    const produced = await place(orders, how)
    await unlessOver(then())
    const counts = await counted(ground, ledger, produced.began.length)
    return { produced, counts, committed: await commits(ground, ledger) }
  }
  const silence = () => stopped(hearers.splice(0))
  const awake = () => {
    hearers = start()
    return hearers
  }
  try {
    await unlessOver(Promise.all([placer.ask(), ready?.()]))
    return await acted({ scene, place, hearers: () => hearers, silence, awake })
  } finally {
    await stopped([placer, ...hearers])
  }
}

const stopped = (programs: readonly Running[]) => Promise.all(programs.map(({ stop }) => stop())).then(() => {})
