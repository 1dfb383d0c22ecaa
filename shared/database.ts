import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { joiningPool, statementTimeout } from './joining-pool.ts'
import { statementName } from './statement-name.ts'
import { type Transact, transacting } from './transaction.ts'

/** The part of a Prisma client, or of its transaction, that plumbing needs. */
export type Sql = {
  $queryRawUnsafe: <T>(query: string, ...values: unknown[]) => Promise<T>
  $executeRawUnsafe: (query: string, ...values: unknown[]) => Promise<number>
}

/** A Prisma client as the shell sees it. */
export type Client = Sql & { $disconnect: () => Promise<void> }

/**
 * Settings of every session. A frozen instance gives way: what it holds is freed after 10 s. Nobody waits for a lock longer
 * than 4 s, and no statement takes longer than 4.5: PostgreSQL says so before pg, after 5 s, takes the connection for lost.
 */
const sessionSettings = `-c lock_timeout=4s -c statement_timeout=${statementTimeout} -c idle_in_transaction_session_timeout=10s`

/** What a Prisma client is made with. It tells of a fault, and not where it was called from: to know that, it would take a stack trace with each call. */
export type PrismaOptions = { readonly adapter: PrismaPg; readonly errorFormat: 'minimal' }

/** A service's own database. */
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
  client: (options: PrismaOptions) => Db,
  { query_timeout = 5_000, patience }: { query_timeout?: number; patience?: number | undefined } = {},
): Database<Db, Tx> => {
  const limits = { max: 5, connectionTimeoutMillis: 3_000, query_timeout }
  const pool = joiningPool({ connectionString, keepAlive: true, options: sessionSettings, ...limits })
  pool.on('release', (_error, client) => {
    if (client.getTransactionStatus() !== 'I') void (client as unknown as pg.Client).end().catch(() => {})
  })
  const statementNameGenerator = ({ sql }: { sql: string }) => statementName(sql)
  const adapter = new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator, onPoolError: () => {} })
  const db = client({ adapter, errorFormat: 'minimal' })
  return { db, transact: transacting(pool, db, patience) }
}
