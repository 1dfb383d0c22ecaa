import type { Sql } from '../database.ts'
import { log } from '../log.ts'
import { silently } from '../tracing.ts'

/** Rows of `table` are forgotten once `column` is older than `days`. */
export type Retention = { readonly table: string; readonly column: string; readonly days: number }

/**
 * How long plumbing remembers. The inbox longer than anything can hand an event back (retries last minutes, the stream is a week,
 * dead letters are to be dealt with within a month); an idempotency key for a day, which is what clients may count on.
 */
export const plumbing: readonly Retention[] = [
  { table: 'messaging.inbox', column: 'at', days: 30 },
  { table: 'messaging.idempotency_key', column: 'at', days: 1 },
]

const batch = 1_000
const pause = 60 * 60 * 1_000

/** Forgets what is older than it has to be, once an hour, in batches of 1,000 rows, so that nobody ever waits for it. */
export const forgetting = (db: Sql, retentions: readonly Retention[]) => {
  let stopped = false
  const forget = async ({ table, column, days }: Retention) => {
    const sql = `delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${column} < now() - make_interval(days => $1::int) limit ${batch}))`
    while (!stopped && (await db.$executeRawUnsafe(sql, days)) === batch);
  }
  const round = () =>
    silently(async () => {
      for (const retention of retentions) await forget(retention)
    }).catch((error: Error) => log.debug({ reason: error.message }, 'forgetting is put off'))
  const timer = setInterval(() => void round(), pause)
  timer.unref()
  void round()
  return {
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}
