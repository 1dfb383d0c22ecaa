import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { statementName } from './statement-name.ts'
import { DatabaseAway, joiningPool, type Transact, TransactionExpired, transacting, unreachable } from './transaction.ts'

/** The part of a Prisma client, or of its transaction, that plumbing needs. */
export type Sql = {
  $queryRawUnsafe: <T>(query: string, ...values: unknown[]) => Promise<T>
  $executeRawUnsafe: (query: string, ...values: unknown[]) => Promise<number>
}

/** A Prisma client as the shell sees it. */
export type Client = Sql & { $disconnect: () => Promise<void> }

/** Settings of every session. A frozen instance gives way: what it holds is freed after 10 s, and nobody waits for a lock longer than 5 s. */
export const sessionSettings = '-c lock_timeout=5s -c idle_in_transaction_session_timeout=10s'

/** What a Prisma client is made of. */
export type Adapter = PrismaPg

export type Database<Db, Tx = Db> = {
  readonly db: Db
  /** Runs work in one transaction; waiting for a connection may take 3 s, the transaction 10. */
  readonly transact: Transact<Tx>
}

/**
 * A database by way of Prisma, over 5 connections, so that with the relay's own an instance takes 6; statements are named, and so planned once.
 * A session that is not known to be out of its transaction, since a rollback may never have been sent, is not used again.
 */
export const databaseAt = <Db extends Client, Tx extends Sql = Db>(
  connectionString: string,
  client: (adapter: Adapter) => Db,
  { query_timeout = 5_000, patience = 10_000 } = {},
): Database<Db, Tx> => {
  const limits = { max: 5, connectionTimeoutMillis: 3_000, query_timeout }
  const pool = joiningPool({ connectionString, keepAlive: true, options: sessionSettings, ...limits })
  pool.on('release', (_error, client) => {
    if (client.getTransactionStatus() !== 'I') void (client as unknown as pg.Client).end().catch(() => {})
  })
  const statementNameGenerator = ({ sql }: { sql: string }) => statementName(sql)
  const db = client(new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator, onPoolError: () => {} }))
  return { db, transact: transacting(pool, db, patience) }
}

const gone = /^(08...|57P0[1-5]|53300|25P03|55P03|40001|40P01|P1001|P1002|P1008|P1017|P2024|P2028|P2034)$/
const goneKinds = /^(ConnectionClosed|DatabaseNotReachable|SocketTimeout|TooManyConnections|TransactionWriteConflict)$/
const goneWords =
  /Connection terminated|connection timeout|timeout exceeded|Query read timeout|not queryable|connection error|Can't reach database/i

/**
 * Whether an error says that the database is away, or busy with others (a lock not had in time, a deadlock resolved): the same work may
 * be done again later, and will then have the same effect. It is no fault of the work.
 */
export const isAway = (error: unknown): boolean =>
  tells(error, ({ name, code, kind, originalCode, message }) => {
    if (name === DatabaseAway.name) return true
    if ([code, originalCode].some((one) => typeof one === 'string' && gone.test(one))) return true
    if (typeof kind === 'string' && goneKinds.test(kind)) return true
    return typeof message === 'string' && goneWords.test(message)
  })

/**
 * Whether the database refused what it was given (SQLSTATE class 22): a number too large, a character that it cannot keep. The same work
 * will never do.
 */
export const isUnfit = (error: unknown): boolean =>
  tells(error, ({ code, originalCode }) => [code, originalCode].some((one) => typeof one === 'string' && /^22\w{3}$/.test(one)))

/** Whether an error says that a transaction was given up since it took too long: the database may be slow, or the work at fault. */
export const isExpired = (error: unknown): boolean => error instanceof TransactionExpired

const tells = (error: unknown, what: (error: Record<string, unknown>) => boolean, depth = 0): boolean => {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const { cause, meta } = error as Record<string, unknown>
  if (what(error as Record<string, unknown>)) return true
  return tells(cause, what, depth + 1) || tells((meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError, what, depth + 1)
}

/** Whether a connection of our own to the database, not Prisma's, could not be made or was lost. */
export const isUnreachable = (error: unknown): boolean => isAway(error) || unreachable.has((error as { code?: unknown }).code)
