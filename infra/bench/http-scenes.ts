import { percentile, percentilesOf } from './measure.ts'
import type { Scene } from './results.ts'
import { playing, underLoad } from './scenes.ts'
import type { Seen } from './stage.ts'

const tooMany = 500
const longer = 6 // that so many connect at once is part of it, and not most of it

const answered = ({ produced, counts }: Seen): Scene => ({ counts, figures: percentilesOf(produced.took) })

const overloaded = ({ produced, counts }: Seen): Scene => ({
  counts,
  figures: {
    ...percentilesOf(produced.took),
    refused: (produced.refused.length / (produced.refused.length + counts.placed)) * 100,
    untilRefused: percentile(produced.refused, 0.5) || 0,
  },
})

/** The scenes of `POST /orders`: how long an answer takes with one request at a time, how many there are in a second, and who is offered too much. */
export const playHttp = playing(async ({ scene }, _, size) => ({
  rest: answered(await scene('at rest', size.rest, { producers: 1 })),
  producers20: underLoad(await scene('20 producers', size.load, { producers: 20 })),
  overload: overloaded(await scene('overload', size.load * longer, { producers: tooMany })),
}))
