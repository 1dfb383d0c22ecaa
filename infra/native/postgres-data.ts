import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { adminPasswordOf } from '../passwords.ts'
import { type PostgresPrograms, reaches, type User } from './postgres-programs.ts'
import { commandOf, isThere } from './processes.ts'

const apart = '/var/tmp'
const forAWhile = /\/pas-de-cinq-\w{6}\/postgres$/

/**
 * The data of the PostgreSQL of a run folder, made on first use, superuser `admin`. They lie in `<folder>/postgres`; as root, where PostgreSQL's
 * user cannot enter that, it is a link to a folder under /var/tmp.
 */
export async function postgresData(programs: PostgresPrograms, folder: string): Promise<string> {
  const home = await homeFor(programs.user, join(folder, 'postgres'))
  const data = join(home, 'data')
  if (!existsSync(data)) await initialise(programs, home, data)
  return data
}

/** Forgets the data, wherever they lie. */
export function removePostgres(folder: string): void {
  const home = join(folder, 'postgres')
  if (existsSync(home)) rmSync(realpathSync(home), { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
}

/** After a power cut or in a new container, the process that postmaster.pid names can be anybody's: PostgreSQL would wait for it for ever. */
export function removeForeignLock(data: string): void {
  const lock = join(data, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  if (isThere(pid) && !commandOf(pid).includes(data)) rmSync(lock)
}

async function homeFor(user: User | undefined, home: string): Promise<string> {
  if (!existsSync(home)) rmSync(home, { force: true }) // a link to nowhere
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (!user || lstatSync(home).isSymbolicLink()) return realpathSync(home)
  await own(user, home)
  if (await reaches(user, home)) return home
  removeForgotten()
  const elsewhere = mkdtempSync(join(apart, 'pas-de-cinq-'))
  rmSync(home, { recursive: true })
  symlinkSync(elsewhere, home)
  writeFileSync(join(elsewhere, 'belongs-to'), home)
  await own(user, elsewhere)
  return elsewhere
}

const own = (user: User, file: string) => execa('chown', ['-R', `${user.uid}:${user.gid}`, file])

/** Removes data whose folder was one for a while, and is gone. */
function removeForgotten(): void {
  for (const name of readdirSync(apart)) {
    const owner = join(apart, name, 'belongs-to')
    if (!name.startsWith('pas-de-cinq-') || !existsSync(owner)) continue
    const home = readFileSync(owner, 'utf8')
    if (forAWhile.test(home) && !existsSync(dirname(home))) rmSync(join(apart, name), { recursive: true, force: true })
  }
}

async function initialise({ initdb, user }: PostgresPrograms, home: string, data: string): Promise<void> {
  const unfinished = join(home, 'unfinished')
  const password = join(home, 'password')
  rmSync(unfinished, { recursive: true, force: true })
  writeFileSync(password, adminPasswordOf('postgres'), { mode: 0o600 })
  if (user) await own(user, password)
  const admin = ['--username=admin', `--pwfile=${password}`, '--auth=scram-sha-256']
  await execa(initdb, [`--pgdata=${unfinished}`, ...admin, '--encoding=UTF8', '--no-locale'], { ...user, cwd: '/' })
  rmSync(password)
  await rename(unfinished, data)
}
