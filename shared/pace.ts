import { setTimeout } from 'node:timers/promises'

/** A gate that lets through at most `perSecond`, evenly, in the order in which they came; everybody at once where that is 0. */
export const pacing = (perSecond = 0) => {
  let next = 0
  return async (): Promise<void> => {
    if (!perSecond) return
    const turn = Math.max(next, performance.now())
    next = turn + 1_000 / perSecond
    const wait = turn - performance.now()
    if (wait > 0) await setTimeout(wait)
  }
}
