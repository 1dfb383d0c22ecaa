import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { keep, kept } from './cache.ts'
import { debianPackages } from './debian-packages.ts'

/** `measured`: its Prometheus plugin is there. */
export type RabbitmqPrograms = { server: string; env: Record<string, string>; measured: boolean }

const oldest = '3.10'
const howToGet = `install RabbitMQ ${oldest} or newer so that rabbitmq-server is on PATH`

/**
 * The RabbitMQ of this machine, else the one kept in the cache folder, else, on Debian and Ubuntu, a copy made there from the system's packages,
 * neither installed nor as root. Throws with what to do where none can be had or it is older than 3.10.
 */
export async function rabbitmqPrograms(say: (line: string) => void): Promise<RabbitmqPrograms> {
  return (await installed()) ?? copied(kept('rabbitmq-') ?? (await fetched(say)))
}

async function installed(): Promise<RabbitmqPrograms | undefined> {
  // what Debian puts on PATH insists on its own user; the program behind it does not
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'rabbitmq-server'))
  const debian = globSync('/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server')
  const found = [...debian, ...onPath].find((file) => existsSync(file))
  if (!found) return undefined
  const server = await realpath(found)
  const version = /rabbitmq_server-([\d.]+)/.exec(server)?.[1] ?? /\/([\d.]+)\/sbin\//.exec(server)?.[1]
  if (version && isOlder(version, oldest)) throw new Error(`RabbitMQ ${version} (${server}) is too old; ${howToGet}.`)
  return { server, env: { PATH: `${dirname(server)}${delimiter}${process.env.PATH}` }, measured: isMeasured(server) }
}

function copied(folder: string): RabbitmqPrograms {
  const erlang = join(folder, 'usr/lib/erlang')
  const libraries = globSync(join(folder, '{usr/lib,lib}/*-linux-gnu*')).join(delimiter)
  const server = globSync(join(folder, 'usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server'))[0]
  if (!server) throw new Error(`${folder} holds no RabbitMQ; remove that folder and start again.`)
  const env = { PATH: `${join(erlang, 'bin')}${delimiter}${process.env.PATH}`, ERL_ROOTDIR: erlang }
  return { server, env: libraries ? { ...env, LD_LIBRARY_PATH: libraries } : env, measured: isMeasured(server) }
}

async function fetched(say: (line: string) => void): Promise<string> {
  const packages = await debianPackages()
  if (!packages) throw new Error(`There is no RabbitMQ on this machine, and no apt-get to fetch it with; ${howToGet}, or use Docker.`)
  const version = /^[\d.]*\d/.exec(await packages.versionOf('rabbitmq-server'))?.[0]
  if (!version) throw new Error(`There is no RabbitMQ on this machine, and apt-get knows none; ${howToGet}, or use Docker.`)
  if (isOlder(version, oldest))
    throw new Error(`This system's packages have RabbitMQ ${version}, which is too old; ${howToGet}, or use Docker.`)
  say(`fetching RabbitMQ ${version} from the system's packages, once, 33 MB …`)
  return keep(`rabbitmq-${version}`, async (unfinished, finished) => {
    await packages.unpack('rabbitmq-server', /^(rabbitmq-server|erlang)/, unfinished)
    // Debian's `erl` has its own place written into it and ignores ERL_ROOTDIR
    for (const erl of globSync(join(unfinished, 'usr/lib/erlang/{bin,erts-*/bin}/erl'))) {
      const mended = readFileSync(erl, 'utf8').replaceAll('ROOTDIR=/usr/lib/erlang', `ROOTDIR=${join(finished, 'usr/lib/erlang')}`)
      writeFileSync(erl, mended)
    }
  })
}

const isMeasured = (server: string): boolean => globSync(join(dirname(server), '../plugins/rabbitmq_prometheus-*')).length > 0

const isOlder = (version: string, than: string): boolean => new Intl.Collator('en', { numeric: true }).compare(version, than) < 0
