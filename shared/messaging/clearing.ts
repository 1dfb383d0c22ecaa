import { log } from '../log.ts'
import { silently } from '../tracing.ts'
import type { Session } from './leadership.ts'
import type { Row } from './sending.ts'

const gathering = 100

/**
 * Deletes confirmed rows from the outbox, those of 100 ms in one statement. `tried` is told of them, and how many are gone: all, or none if that has
 * failed. Then they will be found there, and said again.
 */
export const clearing = (tried: (rows: readonly Row[], gone: number) => void) => {
  let session: Session | undefined
  let confirmed: Row[] = []
  let timer: NodeJS.Timeout | undefined

  const now = async () => {
    clearTimeout(timer)
    timer = undefined
    const rows = confirmed.splice(0)
    if (!session || rows.length === 0) return
    let gone = 0
    try {
      const ids = rows.map(({ id }) => id)
      await session.query({ name: 'forget', text: 'delete from messaging.outbox where id = any($1::bigint[])', values: [ids] })
      gone = rows.length
    } finally {
      tried(rows, gone)
    }
  }
  return {
    on: (leading: Session | undefined) => {
      session = leading
      if (!leading) confirmed = []
    },
    soon(rows: readonly Row[]) {
      confirmed.push(...rows)
      timer ??= setTimeout(
        () => silently(now).catch((error: Error) => log.warn({ reason: error.message }, 'confirmed, and not forgotten yet')),
        gathering,
      )
    },
    now,
  }
}
