import type { Sql } from '../database.ts'
import { log } from '../log.ts'
import { silently } from '../tracing.ts'
import { backlog } from './outbox.ts'

const look = 1_000
const seldom = 5_000
const many = 1_000
const over = 0.9

/**
 * Knows how full the outbox is, without asking for each request: it looks once a second, where much waits each 5 s, and counts in between what
 * this instance has said and its relay forgotten. Full from `max` events on, until a tenth of it is free again; what it knew last holds while the
 * database is away.
 */
export const filling = (db: Sql, max: number) => {
  let depth = 0
  let full = false
  let age: number | undefined
  let led = false
  let stopped = false

  const count = (now: number) => {
    depth = Math.max(0, now)
    const isFull = depth >= max || (full && depth > max * over)
    if (isFull !== full)
      log[isFull ? 'warn' : 'info']({ depth, max }, isFull ? 'the outbox is full: nothing new is begun' : 'the outbox has room again')
    full = isFull
  }
  const watch = async () => {
    await silently(() => backlog(db)).then(
      (found) => {
        count(found.depth)
        age = found.age
      },
      () => {
        age = undefined
      },
    )
    if (!stopped) setTimeout(() => void watch(), depth > many ? seldom : look).unref()
  }

  return {
    said: (events: number) => count(depth + events),
    forgot: (events: number) => count(depth - events),
    isFull: () => full,
    /**
     * For how many seconds the oldest event has waited, as the relay's leader tells; 0 for who does not lead. Not known after a look that has
     * failed, nor, once the lead is lost, before the next look: the database may be away.
     */
    age: (leads: boolean): number | undefined => {
      if (led && !leads) age = undefined
      led = leads
      return leads ? age : age && 0
    },
    /** Looks from now on; resolves after the first look. */
    start: watch,
    stop: () => {
      stopped = true
    },
  }
}
