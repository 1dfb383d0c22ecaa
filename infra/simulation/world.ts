import type { Scheduler } from './scheduler.ts'

/** What everybody in the simulation shares: whose turn it is, what time it is, and the history of what was seen. */
export type World = Scheduler & {
  readonly now: () => number
  readonly newId: () => string
  readonly note: (who: string, what: string) => void
}

/** Ids in the form of UUIDs, counted. */
export const counting = () => {
  let last = 0
  return () => `00000000-0000-7000-8000-${String(++last).padStart(12, '0')}`
}
