import { AsyncLocalStorage } from 'node:async_hooks'
import type { Writable } from 'node:stream'
import pg from 'pg'
import { DatabaseAway, isAway, isCanceled, TransactionExpired } from './database-faults.ts'

const unread = 'Query read timeout' // says pg, which knows no code for it

/** No statement takes longer, in milliseconds: PostgreSQL ends it. */
export const statementTimeout = 4_500

/** A transaction on a connection: when it was last answered, and what went wrong with the database in its course. */
export type Joined = {
  readonly client: pg.PoolClient
  over: boolean
  answeredAt: number
  fault?: DatabaseAway | TransactionExpired | undefined
}
/** The transaction in the course of which something is done, if in one. */
export const joined = new AsyncLocalStorage<Joined>()

/** Sends a statement of a transaction, after those before it, and without waiting for their answers. */
export const send = async (transaction: Joined, ...query: unknown[]): Promise<pg.QueryResult> => {
  const { client, over } = transaction
  if (over) throw new Error('this belongs to a transaction that has ended')
  const sentAt = performance.now()
  inOnePacket(client)
  try {
    const answer = await client.query(...(query as [string]))
    transaction.answeredAt = performance.now()
    return answer
  } catch (error) {
    transaction.fault ??= faultBy(error as Error, transaction.answeredAt > Math.max(sentAt, performance.now() - statementTimeout))
    throw error
  }
}

/**
 * What a statement's fault says of its transaction, where it is not the statement's own: that it takes too long, or that the database is away. One
 * that has `answered` others meanwhile, and no longer ago than a statement may take, is not away, though it lets one wait that was sent with them.
 */
export const faultBy = (error: Error, answered = false): DatabaseAway | TransactionExpired | undefined => {
  if (isCanceled(error) || (answered && error.message === unread)) return new TransactionExpired(error.message, { cause: error })
  return isAway(error) ? new DatabaseAway(error.message, { cause: error }) : undefined
}

/** What is sent in one tick leaves in one packet: each more is a system call, and wakes PostgreSQL. */
const inOnePacket = (client: pg.PoolClient) => {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/**
 * A pool in pipeline mode: what is sent without waiting for an answer travels together, and is done in that order. Whoever asks it in the course
 * of a transaction of `transacting`, as Prisma does on behalf of a store, is part of that transaction.
 */
export const joiningPool = (config: pg.PoolConfig): pg.Pool => {
  const pool = new pg.Pool({ ...config, pipeline: true } as pg.PoolConfig).on('error', () => {}) // who uses a lost one is told
  const [query, connect] = [pool.query.bind(pool), pool.connect.bind(pool)]
  return Object.assign(pool, {
    query: (...asked: [never]) => {
      const transaction = joined.getStore()
      return transaction ? send(transaction, ...asked) : query(...asked)
    },
    connect: (...then: []) => {
      if (joined.getStore()) throw new Error('a transaction within a transaction')
      return connect(...then)
    },
  })
}
