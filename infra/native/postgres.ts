import { join } from 'node:path'
import pg from 'pg'
import { adminPasswordOf } from '../passwords.ts'
import { freePort } from '../ports.ts'
import { type Alone, type Place, privateFolder, runAlone } from './alone.ts'
import { type Part, spawnLogged } from './part.ts'
import { postgresData, removeForeignLock, removePostgres } from './postgres-data.ts'
import { postgresPrograms } from './postgres-programs.ts'

type PostgresPart = Part & { address: { url: string } }
type Settings = Readonly<Record<string, string>>

/** PostgreSQL with its data in `<folder>/postgres`, on 127.0.0.1 alone, superuser `admin`. The process is the postmaster. fsync stays on. */
export async function postgresPart({ folder, port, more = {} }: { folder: string; port: number; more?: Settings }): Promise<PostgresPart> {
  const programs = await postgresPrograms()
  const data = await postgresData(programs, folder)
  const url = `postgresql://admin:${adminPasswordOf('postgres')}@127.0.0.1:${port}/postgres`
  const log = join(folder, 'logs/postgres.log')
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '32MB',
    io_method: 'sync',
    jit: 'off',
    ...more,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    name: 'postgres',
    address: { url },
    log,
    stopSignal: 'SIGINT',
    spawn: () => {
      removeForeignLock(data)
      return spawnLogged(programs.postgres, ['-D', data, ...flags], log, { ...programs.user, cwd: '/' })
    },
    answers: () => answersQueries(url, folder),
  }
}

/** A PostgreSQL alone, for tests: in a folder of its own that goes with it, or in one that stays, on a free port; with `more` settings, where asked. */
export async function startPostgres(
  options: Place & { port?: number; more?: Settings } = {},
): Promise<Alone<{ url: string; port: number }>> {
  const { folder, remove } = privateFolder(options, removePostgres)
  const port = options.port ?? (await freePort())
  const part = await postgresPart({ ...options, folder, port })
  return runAlone({ ...part, address: { ...part.address, port } }, remove)
}

async function answersQueries(url: string, folder: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '28P01')
      throw new Error(
        `PostgreSQL refuses POSTGRES_ADMIN_PASSWORD: ${folder}/postgres was made with another; set that one, or npm run reset.`,
      )
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
