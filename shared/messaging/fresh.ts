import type { Row } from './sending.ts'

/** A row as it has just been committed; `after` are the events that its order had waiting in the outbox before it. */
export type Written = Row & { readonly after: readonly string[] }

const most = 1_000
const remembered = 10_000

/**
 * What this process has just committed: it need not be read from the outbox to be sent. A row is taken in only when all that its order had
 * waiting before it has been confirmed, or waits here itself; so an order's events keep their order, whoever has written them.
 */
export const freshlyWritten = () => {
  let waiting: Row[] = []
  const here = new Map<string, string>()
  const confirmed = new Set<string>()

  return {
    /** Takes in what can be sent from here, nothing of the orders that are `held`, and says whether that is all. The rest is in the outbox. */
    add(rows: readonly Written[], held: { has: (order: string) => boolean } = new Set()): boolean {
      let all = true
      for (const row of rows) {
        if (confirmed.has(row.eventId)) continue // it was found in the outbox before its writer could tell
        if (waiting.length < most && !held.has(row.subject) && row.after.every((id) => here.has(id) || confirmed.has(id))) {
          waiting.push(row)
          here.set(row.eventId, row.subject)
        } else all = false
      }
      return all
    },
    /** What is to be sent next. */
    next(many: number): Row[] {
      waiting = waiting.filter(({ eventId }) => !confirmed.has(eventId))
      return waiting.splice(0, many)
    },
    /** The orders that have something here, be it confirmed and not yet forgotten: what they have in the outbox is not to be sent from there now. */
    orders: (): string[] => [...new Set(here.values())],
    confirm(rows: readonly Row[]) {
      for (const { eventId } of rows) confirmed.add(eventId)
      const oldest = confirmed.values()
      while (confirmed.size > remembered) confirmed.delete(oldest.next().value as string)
    },
    /** These are no longer here: what the outbox still has of them is to be found there. */
    forget(rows: readonly Row[]) {
      for (const { eventId } of rows) here.delete(eventId)
    },
    /** Leaves to the outbox what waits here, and what has not got through. */
    leave(rows: readonly Row[]) {
      for (const { eventId } of rows) if (!confirmed.has(eventId)) here.delete(eventId)
      for (const { eventId } of waiting) here.delete(eventId)
      waiting = []
    },
    clear() {
      waiting = []
      here.clear()
      confirmed.clear()
    },
  }
}
