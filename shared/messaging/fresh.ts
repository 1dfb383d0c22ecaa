import type { Row } from './sending.ts'

/** A row as it has just been committed; `after` are the ids of those that its order had waiting in the outbox before it. */
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

  const drop = () => {
    for (const { id } of waiting) here.delete(id)
    waiting = []
  }
  return {
    /** Takes in what can be sent from here, and says whether that is all. The rest is in the outbox. */
    add(rows: readonly Written[]): boolean {
      let all = true
      for (const row of rows) {
        if (confirmed.has(row.id)) continue // it was found in the outbox before its writer could tell
        if (waiting.length < most && row.after.every((id) => here.has(id) || confirmed.has(id))) {
          waiting.push(row)
          here.set(row.id, row.subject)
        } else all = false
      }
      return all
    },
    /** What is to be sent next. */
    next: (many: number): Row[] => waiting.splice(0, many).filter(({ id }) => !confirmed.has(id)),
    /** The orders that have something here, be it confirmed and not yet forgotten: what they have in the outbox is not to be sent from there now. */
    orders: (): string[] => [...new Set(here.values())],
    confirm(ids: readonly string[]) {
      for (const id of ids) confirmed.add(id)
      for (const id of confirmed) if (confirmed.size > remembered) confirmed.delete(id)
    },
    /** These are no longer in the outbox. */
    forget(ids: readonly string[]) {
      for (const id of ids) here.delete(id)
    },
    /** Leaves to the outbox what waits here, and what has not got through. */
    leave(rows: readonly Row[] = []) {
      for (const { id } of rows) if (!confirmed.has(id)) here.delete(id)
      drop()
    },
    clear() {
      waiting = []
      here.clear()
      confirmed.clear()
    },
  }
}
