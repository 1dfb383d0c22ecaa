import { clearing } from './clearing.ts'
import { freshlyWritten } from './fresh.ts'
import type { Session } from './leadership.ts'
import type { Row } from './sending.ts'

/** How many rows are claimed at a time. */
export const batch = 200
const claim = `select id::text, event_id as "eventId", subject, type, traceparent, tracestate, body, at from messaging.outbox
  where subject <> all($1::text[]) order by id limit ${batch}`

/**
 * What waits to be published: what this process has just committed, which it need not read again, and what else the outbox holds; of an order that
 * has something here, nothing is claimed. `forgot` is told how many rows are no longer in the outbox, and `claimable`, that a claim which has
 * left an order alone may be made again.
 */
export const unsaid = (forgot: (rows: number) => void, claimable: () => void) => {
  const fresh = freshlyWritten()
  let leftBehind = false
  const clear = clearing((rows, gone) => {
    forgot(gone)
    fresh.forget(rows)
    if (leftBehind) claimable()
    leftBehind = false
  })

  return {
    /** A batch of what the outbox holds, `besides` these orders, and whether there may be more; `news` when somebody has written something. */
    async claimed(
      session: Session,
      { news, besides }: { news: boolean; besides: readonly string[] },
    ): Promise<{ rows: Row[]; more: boolean }> {
      const others = fresh.orders()
      leftBehind ||= news && others.length > 0
      const { rows } = await session.query<Row>({ name: 'claim', text: claim, values: [[...besides, ...others]] })
      return { rows, more: rows.length === batch }
    },
    next: () => fresh.next(batch),
    add: fresh.add,
    leave: fresh.leave,
    confirmed(rows: readonly Row[]) {
      fresh.confirm(rows)
      clear.soon(rows)
    },
    forgetConfirmed: clear.now,
    begin: clear.on,
    end() {
      clear.on(undefined)
      fresh.clear()
    },
  }
}
