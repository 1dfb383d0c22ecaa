import type pg from 'pg'
import type { Sql } from './database.ts'
import { DatabaseAway, TransactionExpired } from './database-faults.ts'
import { inTime } from './in-time.ts'
import { faultBy, type Joined, joined, send } from './joining-pool.ts'
import { statementName } from './statement-name.ts'

/** Runs work in one transaction: committed when it resolves, rolled back when it throws. */
export type Transact<Tx> = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

const begin = 'begin; set local plan_cache_mode = force_generic_plan'

/**
 * Transactions on a connection of `pool`, read committed, that end after `patience` milliseconds. `work` gets `db` as it is, but that raw
 * statements go past Prisma: they are sent at once, and named. Each connection plans a statement once, whatever it is asked with; the few rows that
 * it finds are not worth a plan of their own. Of Prisma's own `work` takes what is one query: no `findUnique`, which Prisma merges with those of
 * others, and no nested write, which opens a transaction of its own.
 * @throws DatabaseAway, TransactionExpired; what `work` throws, after which nothing it has written is left
 */
export const transacting =
  <Tx extends Sql>(pool: pg.Pool, db: Sql, patience = 10_000): Transact<Tx> =>
  async (work) => {
    const client = await pool.connect().catch((error: Error) => {
      throw faultBy(error) ?? error
    })
    const transaction: Joined = { client, over: false, answeredAt: performance.now() }
    const lost = () => {} // who is waiting for an answer is told
    client.on('error', lost)
    let unfit: Error | undefined
    try {
      return await joined.run(transaction, () =>
        inTime(
          patience,
          async () => {
            const begun = send(transaction, begin)
            begun.catch(() => {})
            const result = await work(joining(transaction, db) as Tx)
            await begun
            await commit(transaction)
            return result
          },
          () => new TransactionExpired(`a transaction took longer than ${patience} ms`),
        ),
      )
    } catch (error) {
      const committing = transaction.over
      transaction.over = true
      if (!(error instanceof TransactionExpired)) {
        await client.query('rollback').catch((failure: Error) => {
          unfit = failure
        })
        throw transaction.fault ?? error
      }
      unfit = error
      throw committing ? new DatabaseAway(`${error.message}; whether it was committed is not known`, { cause: error }) : error
    } finally {
      client.off('error', lost)
      client.release(unfit ?? transaction.fault)
    }
  }

/** A commit after a statement that failed answers, too: it has rolled back. */
const commit = async (transaction: Joined) => {
  const committing = send(transaction, 'commit')
  transaction.over = true
  const { command } = await committing
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed')
}

const joining = (transaction: Joined, db: Sql): Sql => {
  const run = (text: string, values: unknown[]) => send(transaction, { name: statementName(text), text, values })
  const rows = async (text: string, values: unknown[]) => (await run(text, values)).rows
  const count = async (text: string, values: unknown[]) => (await run(text, values)).rowCount ?? 0
  const raw = {
    $queryRaw: (parts: TemplateStringsArray, ...values: unknown[]) => rows(textOf(parts), values),
    $executeRaw: (parts: TemplateStringsArray, ...values: unknown[]) => count(textOf(parts), values),
    $queryRawUnsafe: (text: string, ...values: unknown[]) => rows(text, values),
    $executeRawUnsafe: (text: string, ...values: unknown[]) => count(text, values),
  }
  return Object.create(db, Object.getOwnPropertyDescriptors(raw))
}

const textOf = (parts: TemplateStringsArray): string => parts.reduce((text, part, nr) => `${text}$${nr}${part}`)
