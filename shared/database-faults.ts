/** A transaction was given up since it, or a statement of it, took too long: who alone takes too long is at fault. */
export class TransactionExpired extends Error {
  override name = 'TransactionExpired'
}

/** The database could not be reached, was lost, or could not do it for the moment (`isAway`); whether a commit was done meanwhile is not known. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway'
}

const canceled = '57014'
const unreachable = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/
const gone = /^(08...|25006|25P03|40001|40P01|53...|55P03|57P0[1-5]|58...|P1001|P1002|P1008|P1017|P2024|P2028|P2034)$/
const goneKinds = /^(ConnectionClosed|DatabaseNotReachable|SocketTimeout|TooManyConnections|TransactionWriteConflict)$/
const goneWords =
  /Connection terminated|connection timeout|timeout exceeded|Query read timeout|not queryable|connection error|Can't reach database/i

/**
 * Whether an error says that the database is away, in want (of disk, of memory), read only while another takes over, or busy with others (a lock not
 * had in time, a deadlock resolved): the same work may be done again later, and will then have the same effect. It is no fault of the work. Of
 * work that asks others too, ask `DatabaseAway` instead: what the system says of a lost connection does not tell whose.
 */
export const isAway = (error: unknown): boolean =>
  !(error instanceof TransactionExpired) &&
  tells(error, ({ name, code, kind, originalCode, message }) => {
    if (name === DatabaseAway.name) return true
    const codes = [code, originalCode].filter((one) => typeof one === 'string')
    if (codes.some((one) => gone.test(one) || unreachable.test(one))) return true
    if (typeof kind === 'string' && goneKinds.test(kind)) return true
    return codes.length === 0 && typeof message === 'string' && goneWords.test(message) // with a code, it may quote a value
  })

/** Whether the database ended a statement since that took too long. */
export const isCanceled = (error: unknown): boolean =>
  tells(error, ({ code, originalCode }) => code === canceled || originalCode === canceled)

/**
 * Whether the database refused what it was given (SQLSTATE class 22): a number too large, a character that it cannot keep. The same work
 * will never do.
 */
export const isUnfit = (error: unknown): boolean =>
  tells(error, ({ code, originalCode }) => [code, originalCode].some((one) => typeof one === 'string' && /^22\w{3}$/.test(one)))

const tells = (error: unknown, what: (error: Record<string, unknown>) => boolean, depth = 0): boolean => {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const { cause, meta } = error as Record<string, unknown>
  if (what(error as Record<string, unknown>)) return true
  return tells(cause, what, depth + 1) || tells((meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError, what, depth + 1)
}
