import { existsSync, mkdirSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

export type DebianPackages = {
  /** The version that would be installed, empty if the system knows no such package. */
  versionOf: (name: string) => Promise<string>
  /** Unpacks those of the package and its dependencies whose names match, and the libraries they miss here, into a folder. Installs nothing. */
  unpack: (name: string, matching: RegExp, folder: string) => Promise<void>
  /** Unpacks the package, and all that installing it would install besides, into a folder. Installs nothing. */
  unpackWhole: (name: string, folder: string) => Promise<void>
}

const dependencies = ['--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks', '--no-replaces', '--no-enhances']

/** Debian's and Ubuntu's packages, with root's rights or without; undefined on other systems. Lists that the system has not are fetched, to a place apart. */
export async function debianPackages(): Promise<DebianPackages | undefined> {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg')) return undefined
  let options = ['-o', 'APT::Sandbox::User=']
  const apt = async (program: string, args: string[], cwd = '/') =>
    (await execa(program, [...options, ...args], { cwd, env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } })).stdout

  const candidate = async (name: string) => /Candidate: (?!\(none\))(.+)/.exec(await apt('apt-cache', ['policy', name]))?.[1] ?? ''
  const withOwnLists = async () => {
    const state = join(tmpdir(), `pas-de-cinq-apt-${process.getuid?.()}`)
    mkdirSync(join(state, 'lists/partial'), { recursive: true, mode: 0o700 })
    options = [...options, '-o', `Dir::State=${state}`, '-o', 'Dir::State::status=/var/lib/dpkg/status', '-o', `Dir::Cache=${state}`]
    await apt('apt-get', ['update', '-qq'])
  }

  const unpacked = async (packages: string[], folder: string) => {
    const archives = await mkdtemp(join(folder, 'archives-'))
    const download = () => apt('apt-get', ['download', ...packages], archives)
    await download().catch(() => withOwnLists().then(download)) // the system's lists may name packages that are there no more
    for (const archive of await readdir(archives)) await execa('dpkg', ['-x', join(archives, archive), folder])
    await rm(archives, { recursive: true })
  }

  return {
    versionOf: async (name) => {
      if ((await candidate(name)) === '') await withOwnLists()
      return candidate(name)
    },
    unpack: async (name, matching, folder) => {
      const tree = names(await apt('apt-cache', ['depends', '--recurse', ...dependencies, name]), /^(\S+)$/gm)
      const all = tree.filter((found) => matching.test(found))
      const libraries = names(await apt('apt-cache', ['depends', ...dependencies, ...all]), /Depends: ((?:lib|zlib)\S+)/g)
      await unpacked([...all, ...(await notInstalled(libraries))], folder)
    },
    unpackWhole: async (name, folder) => {
      const plan = await apt('apt-get', ['install', '--simulate', '--no-install-recommends', name])
      await unpacked(names(plan, /^Inst (\S+)/gm), folder)
    },
  }
}

const names = (text: string, pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].flatMap(([, name]) => name ?? []))]

async function notInstalled(packages: string[]): Promise<string[]> {
  const { stdout } = await execa('dpkg', ['--get-selections', ...packages], { reject: false })
  const installed = names(stdout, /^([^\s:]+)\S*\s+install$/gm)
  return packages.filter((name) => !installed.includes(name))
}
