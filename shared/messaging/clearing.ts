import { log } from '../log.ts'
import { silently } from '../tracing.ts'
import type { Session } from './leadership.ts'
import type { Row } from './sending.ts'

const gathering = 20

/** Deletes confirmed rows from the outbox, those of 20 ms in one statement; `forgotten` is told of them. */
export const clearing = (forgotten: (rows: readonly Row[]) => void) => {
  let session: Session | undefined
  let confirmed: Row[] = []
  let timer: NodeJS.Timeout | undefined

  const now = async () => {
    clearTimeout(timer)
    timer = undefined
    const rows = confirmed.splice(0)
    if (!session || rows.length === 0) return
    try {
      const ids = rows.map(({ id }) => id)
      await session.query({ name: 'forget', text: 'delete from messaging.outbox where id = any($1::bigint[])', values: [ids] })
    } finally {
      forgotten(rows)
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
