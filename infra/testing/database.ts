import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { migrate } from '../../shared/migrate.ts'

const root = new URL('../../', import.meta.url)

/**
 * A database of a test's own, on the PostgreSQL that `TEST_POSTGRES_URL` names, with the migrations of the folders named
 * (`services/order`, `shared/messaging`). `drop` ends what is still connected to it, and forgets it.
 */
export const freshDatabase = async (migrationsOf: readonly string[]) => {
  const administrator = process.env['TEST_POSTGRES_URL']
  if (!administrator) throw new Error('TEST_POSTGRES_URL has to name a PostgreSQL, as its administrator')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = Object.assign(new URL(administrator), { pathname: `/${name}` }).href
  await execute(administrator, `create database ${name}`)
  await migrate(
    url,
    migrationsOf.map((folder) => new URL(`${folder}/migrations/`, root)),
  )
  return { url, drop: () => execute(administrator, `drop database ${name} with (force)`) }
}

const execute = async (connectionString: string, sql: string) => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(sql)
  await client.end()
}
