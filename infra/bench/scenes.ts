import { drained, latencies, percentilesOf, perSecond } from './measure.ts'
import type { Running } from './program.ts'
import type { Scene, Scenes } from './results.ts'
import { type Acting, type Seen, staged } from './stage.ts'
import { untilStill } from './until.ts'

/** How many orders each scene places; no `drain`, no such scene. */
export type Size = { readonly warmUp: number; readonly rest: number; readonly load: number; readonly drain?: number }
export type Play = (acting: Acting, size: Size, step: (what: string) => void) => Promise<Scenes>

/** One contestant's scenes, from its start to its end. `step` is told of each. */
export const play: Play = (acting, size, step) =>
  staged(acting, step, async ({ scene, silence, awake }) => {
    const { ground, contestant } = acting
    const warmUp = await scene('warming up', size.warmUp, { producers: 20 })
    const { database, rows, id } = contestant.ledger.last ?? contestant.ledger.end
    const last = { database: ground.admin(database), sql: `select 1 from ${rows} and ${id} = $1` }
    const scenes = {
      warmUp: { counts: warmUp.counts, figures: {} },
      rest: atRest(await scene('at rest', size.rest, { producers: 1, last })),
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
  })

const atRest = ({ produced, committed, counts }: Seen): Scene => ({ counts, figures: percentilesOf(latencies(produced, committed)) })

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
