import { drained, latencies, percentilesOf, perSecond } from './measure.ts'
import type { Running } from './program.ts'
import type { Scene, Scenes } from './results.ts'
import { type Acting, type Seen, type Stage, staged } from './stage.ts'
import { untilStill } from './until.ts'

/** How many orders each scene places; no `drain`, no such scene. */
export type Size = { readonly warmUp: number; readonly rest: number; readonly load: number; readonly drain?: number }
export type Play = (acting: Acting, size: Size, step: (what: string) => void) => Promise<Scenes>

type Part = (stage: Stage, acting: Acting, size: Size) => Promise<Scenes>

/** One contestant's scenes, warmed up first, from its start to its end. `step` is told of each. */
export const playing =
  (...parts: readonly Part[]): Play =>
  (acting, size, step) =>
    staged(acting, step, async (stage) => {
      let scenes = await warmedUp(stage, size)
      for (const part of parts) scenes = { ...scenes, ...(await part(stage, acting, size)) }
      return scenes
    })

const warmedUp = async ({ scene }: Stage, size: Size): Promise<Scenes> => {
  const { counts } = await scene('warming up', size.warmUp, { producers: 20 })
  return { warmUp: { counts, figures: {} } }
}

const atRest: Part = async ({ scene }, { ground, contestant: { ledger } }, size) => {
  const { database, rows, id } = ledger.last ?? ledger.end
  const last = { database: ground.admin(database), sql: `select 1 from ${rows} and ${id} = $1` }
  const { produced, committed, counts } = await scene('at rest', size.rest, { producers: 1, last })
  return { rest: { counts, figures: percentilesOf(latencies(produced, committed)) } }
}

const underLoads: Part = async ({ scene, silence, awake }, { ground, contestant }, size) => {
  const scenes = {
    producers20: underLoad(await scene('20 producers', size.load, { producers: 20 })),
    producers200: underLoad(await scene('200 producers', size.load, { producers: 200 })),
  }
  const { gathers } = contestant.ledger
  if (!size.drain || !gathers) return scenes
  await silence()
  let hearers: readonly Running[] = []
  const many = size.drain
  const seen = await scene('drain', many, { producers: 200 }, async () => {
    await untilStill(
      () => ground.waitingIn(gathers),
      (waiting) => waiting >= many,
    )
    hearers = awake()
  })
  return { ...scenes, drain: draining(seen, hearers) }
}

export const underLoad = ({ produced, committed, counts }: Seen): Scene => ({
  counts,
  figures: { perSecond: perSecond(produced, committed) },
})

const draining = ({ committed, counts }: Seen, hearers: readonly Running[]): Scene => ({
  counts,
  figures: {
    perSecond: drained(committed),
    coldStart: Math.min(...committed.values()) - Math.min(...hearers.map(({ spawnedAt }) => spawnedAt)),
  },
})

export const play = playing(atRest, underLoads)
export const playRest = playing(atRest)
export const playLoad = playing(underLoads)
