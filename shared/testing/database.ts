import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Database, Sql } from '../database.ts'
import { migrate } from '../migrate.ts'

/** A database with the plumbing's tables, of its own and dropped at the end; `TEST_POSTGRES_URL` names an administrator (`npm test` sets it). */
export const plumbedDatabase = async (more = '') => {
  const adminUrl = process.env['TEST_POSTGRES_URL']
  if (!adminUrl) throw new Error('TEST_POSTGRES_URL is not set: run this by `npm test`')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const url = Object.assign(new URL(adminUrl), { pathname: `/${name}` }).href
  const asAdmin = async (sql: string) => {
    const admin = new pg.Client({ connectionString: adminUrl })
    await admin.connect()
    await admin.query(sql).finally(() => admin.end())
  }
  await asAdmin(`create database ${name}`)
  await migrate(url, [new URL('../messaging/migrations/', import.meta.url)])
  const { pool, db } = plumbed(url)
  await pool.query(more)
  const end = async () => {
    await pool.end()
    await asAdmin(`drop database ${name} with (force)`)
  }
  return { url, pool, db, end }
}

/** That database, as the shell sees it. */
export const plumbed = (url: string) => {
  const pool = new pg.Pool({ connectionString: url, max: 5 })
  pool.on('error', () => {}).on('connect', (client) => void client.on('error', () => {}))
  return { pool, db: asDatabase(pool) }
}

const sqlOf = (client: pg.Pool | pg.PoolClient): Sql => ({
  $queryRawUnsafe: async <T>(sql: string, ...values: unknown[]) => (await client.query(sql, values)).rows as T,
  $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
})

const asDatabase = (pool: pg.Pool): Database<Sql> => ({
  ...sqlOf(pool),
  $disconnect: () => pool.end(),
  async $transaction(work) {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const result = await work(sqlOf(client))
      await client.query('commit')
      client.release()
      return result
    } catch (error) {
      await client.query('rollback').catch(() => {})
      client.release(error as Error)
      throw error
    }
  },
})
