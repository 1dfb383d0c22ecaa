import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string }

const prismasLock = 72_707_369
const ledger = `create table if not exists _prisma_migrations (
  id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null, logs text,
  rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`

/**
 * Applies what is missing of the migrations in `folders`, by name, each in a transaction of its own, and keeps Prisma's ledger, so that
 * `prisma migrate` goes on from there. Several instances may start at once: one applies, the others wait (Prisma's own advisory lock).
 * @throws when a migration that has been applied was changed since
 */
export const migrate = async (connectionString: string, folders: readonly URL[]) => {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3_000, query_timeout: 60_000, keepAlive: true })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [prismasLock])
    await client.query(ledger)
    const { rows } = await client.query<{ migration_name: string; checksum: string }>(
      'select migration_name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null',
    )
    const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]))
    for (const migration of folders.flatMap(migrationsIn).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const checksum = applied.get(migration.name)
      if (checksum && checksum !== migration.checksum) throw new Error(`Migration ${migration.name} was changed after it had been applied`)
      if (!checksum) await apply(client, migration)
    }
  } finally {
    await client.end().catch(() => {})
  }
}

const migrationsIn = (folder: URL): Migration[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const sql = readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })

const apply = async (client: pg.Client, { name, sql, checksum }: Migration) => {
  await client.query('begin')
  await client.query(sql)
  await client.query(
    'insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ($1, $2, $3, now(), 1)',
    [randomUUID(), checksum, name],
  )
  await client.query('commit')
}
