import { forgettingConfirmed } from './confirmed.ts'
import { freshlyWritten } from './fresh.ts'
import type { Session } from './leadership.ts'
import type { Row } from './sending.ts'

const batch = 200
const claim = `select id::text, event_id as "eventId", subject, type, traceparent, tracestate, body, at from messaging.outbox
  where subject <> all($1::text[]) order by id limit ${batch}`

/**
 * What waits to be published: what this process has just committed, which it need not read again, and what else the outbox holds. `forgot` is
 * told how many rows are no longer in the outbox; `passedOver`, that a claim has left something there which now can be claimed.
 */
export const unsaid = (forgot: (rows: number) => void, passedOver: () => void) => {
  const fresh = freshlyWritten()
  let passes = false
  const forgetting = forgettingConfirmed((rows) => {
    forgot(rows.length)
    fresh.forget(rows)
    if (passes) passedOver()
    passes = false
  })

  return {
    fresh,
    /** A batch of what the outbox holds, `besides` these orders, and whether there may be more; `news` when somebody has written something. */
    async claimed(
      session: Session,
      { news, besides }: { news: boolean; besides: readonly string[] },
    ): Promise<{ rows: Row[]; more: boolean }> {
      await forgetting.now()
      const others = fresh.orders()
      passes ||= news && others.length > 0
      const { rows } = await session.query<Row>({ name: 'claim', text: claim, values: [[...besides, ...others]] })
      return { rows, more: rows.length === batch }
    },
    next: () => fresh.next(batch),
    confirmed(rows: readonly Row[]) {
      fresh.confirm(rows)
      forgetting.soon(rows)
    },
    forgetConfirmed: forgetting.now,
    begin: forgetting.on,
    end() {
      forgetting.on(undefined)
      fresh.clear()
    },
  }
}
