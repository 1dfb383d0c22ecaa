import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import pg from 'pg'
import { adminPasswordOf } from '../passwords.ts'
import { freePort } from '../ports.ts'
import { type Alone, privateFolder, runAlone } from './alone.ts'
import { type Part, spawnLogged } from './part.ts'
import { type PostgresPrograms, postgresPrograms, reaches } from './postgres-programs.ts'
import { commandOf, isThere } from './processes.ts'

type PostgresPart = Part & { address: { url: string } }

/**
 * PostgreSQL with its data in `<folder>/postgres`, on 127.0.0.1 alone, superuser `admin`. The process is the postmaster. fsync stays on.
 * As root, where PostgreSQL's user cannot enter the folder, `<folder>/postgres` is a link to a folder under /var/tmp.
 */
export async function postgresPart({ folder, port }: { folder: string; port: number }): Promise<PostgresPart> {
  const programs = await postgresPrograms()
  const home = await homeFor(programs, folder)
  const data = join(home, 'data')
  if (!existsSync(data)) await initialise(programs, home, data)
  const url = `postgresql://admin:${encodeURIComponent(adminPasswordOf('postgres'))}@127.0.0.1:${port}/postgres`
  const log = join(folder, 'logs/postgres.log')
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    io_method: 'sync',
    jit: 'off',
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

/** A PostgreSQL alone, for tests: in a folder of its own that goes with it, or in one that stays, on a free port. */
export async function startPostgres(options: { folder?: string; port?: number } = {}): Promise<Alone<{ url: string; port: number }>> {
  const { folder, remove } = privateFolder(options.folder, removePostgres)
  const port = options.port ?? (await freePort())
  const part = await postgresPart({ folder, port })
  return runAlone({ ...part, address: { ...part.address, port } }, remove)
}

/** Forgets the data, wherever they lie. */
export function removePostgres(folder: string): void {
  const home = join(folder, 'postgres')
  if (existsSync(home)) rmSync(realpathSync(home), { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
}

async function homeFor({ user }: PostgresPrograms, folder: string): Promise<string> {
  const home = join(folder, 'postgres')
  if (!existsSync(home)) rmSync(home, { force: true }) // a link to nowhere
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (!user || lstatSync(home).isSymbolicLink()) return realpathSync(home)
  chownSync(home, user.uid, user.gid)
  if (await reaches(user, home)) return home
  const elsewhere = mkdtempSync('/var/tmp/pas-de-cinq-')
  chownSync(elsewhere, user.uid, user.gid)
  rmSync(home, { recursive: true })
  symlinkSync(elsewhere, home)
  return elsewhere
}

async function initialise({ initdb, user }: PostgresPrograms, home: string, data: string): Promise<void> {
  const unfinished = join(home, 'unfinished')
  const password = join(home, 'password')
  await rm(unfinished, { recursive: true, force: true })
  writeFileSync(password, adminPasswordOf('postgres'), { mode: 0o600 })
  if (user) chownSync(password, user.uid, user.gid)
  const admin = ['--username=admin', `--pwfile=${password}`, '--auth=scram-sha-256']
  await execa(initdb, [`--pgdata=${unfinished}`, ...admin, '--encoding=UTF8', '--no-locale'], { ...user, cwd: '/' })
  await rm(password)
  await rename(unfinished, data)
}

/** After a power cut or in a new container, the process that postmaster.pid names can be anybody's: PostgreSQL would wait for it for ever. */
function removeForeignLock(data: string): void {
  const lock = join(data, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  if (isThere(pid) && !commandOf(pid).includes(data)) rmSync(lock)
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
