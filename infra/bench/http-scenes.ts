import { percentile, percentilesOf } from './measure.ts'
import type { Scene } from './results.ts'
import { type Play, underLoad } from './scenes.ts'
import { type Seen, staged } from './stage.ts'

const tooMany = 500
const longer = 6 // that so many connect at once is part of it, and not most of it

/** The scenes of `POST /orders`: how long an answer takes with one request at a time, how many there are in a second, and who is offered too much. */
export const playHttp: Play = (acting, size, step) =>
  staged(acting, step, async ({ scene }) => {
    const warmUp = await scene('warming up', size.warmUp, { producers: 20 })
    return {
      warmUp: { counts: warmUp.counts, figures: {} },
      rest: answered(await scene('at rest', size.rest, { producers: 1 })),
      producers20: underLoad(await scene('20 producers', size.load, { producers: 20 })),
      overload: overloaded(await scene('overload', size.load * longer, { producers: tooMany })),
    }
  })

const answered = ({ produced, counts }: Seen): Scene => ({ counts, figures: percentilesOf(produced.took) })

const overloaded = ({ produced, counts }: Seen): Scene => ({
  counts,
  figures: {
    ...percentilesOf(produced.took),
    refused: (produced.refused.length / (produced.refused.length + counts.placed)) * 100,
    untilRefused: percentile(produced.refused, 0.5) || 0,
  },
})
