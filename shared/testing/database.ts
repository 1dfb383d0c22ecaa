import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Sql } from '../database.ts'
import { joiningPool } from '../joining-pool.ts'
import { migrate } from '../migrate.ts'
import { type Transact, transacting } from '../transaction.ts'

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
export type Plumbed = Sql & { readonly transact: Transact<Sql> }

export const plumbed = (url: string) => {
  const pool = joiningPool({ connectionString: url, max: 5 })
  pool.on('connect', (client) => void client.on('error', () => {}))
  const sql: Sql = {
    $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) => (await pool.query(text, values)).rows as T,
    $executeRawUnsafe: async (text, ...values) => (await pool.query(text, values)).rowCount ?? 0,
  }
  return { pool, db: { ...sql, transact: transacting<Sql>(pool, sql) } satisfies Plumbed }
}
