import { execa } from 'execa'
import type { Say } from '../native/output.ts'
import { beginningOf } from '../native/processes.ts'
import { release, type State, writeState } from '../native/run-folder.ts'
import { allServices } from '../native/services.ts'
import type { Options, System } from '../native/system.ts'
import { take } from '../native/take.ts'
import { choosePorts, type Ports } from '../ports.ts'
import { containersOf } from './containers.ts'
import { crew } from './crew.ts'
import { followLogs } from './logs.ts'
import { publishedBy } from './parts.ts'
import { compose, projectOf, removed } from './project.ts'

const ground = ['doors', 'mail', 'jaeger']
const beneath = ['topology', 'rabbitmq', 'postgres']

/** Starts the system of that folder in containers, as `docker compose up` does, and keeps its `state.json`. Throws if another process has the folder. */
export async function startInContainers({ folder, free = false, without = [], say = () => {} }: Options): Promise<System> {
  const state: State = { supervisor: { pid: process.pid, began: beginningOf(process.pid) }, ready: false, parts: {} }
  await take(folder, state, say, { goOnWithContainers: true })
  const project = projectOf(folder)
  const ports = await portsOf(project, free, say)
  const here = compose(project, ports)
  const topology = () => execa('docker', ['start', `${project}-topology-1`], { reject: false })
  const whenBack = (part: string) => part === 'rabbitmq' && void topology()
  const members = crew(project, { folder, state, ports, services: allServices(), say, whenBack })
  const followed = new Map<string, () => Promise<void>>()
  const follow = (services: readonly string[], since: Date) => {
    const unfollow = followLogs(here, folder, { services, since, told: allServices(), tell: say })
    for (const name of services) followed.set(name, unfollow)
  }

  const known = async (services: readonly string[]) => {
    const { stdout } = await here.run('config', '--services')
    const inFile = stdout.split('\n')
    const missing = services.filter((name) => !inFile.includes(name))
    if (missing.length > 0) say('docker', `${missing.join(' and ')} does not stand in docker-compose.yml, and is left out`)
    return services.filter((name) => inFile.includes(name))
  }

  const starting = new AbortController()
  const up = async (build: '--build' | '--no-build', services: readonly string[]) => {
    const { failed, all } = await here.runApart(['up', '--detach', '--wait', build, ...services, ...ground], starting.signal)
    if (!failed || starting.signal.aborted) return
    const logs = await here.run('logs', '--no-color', '--tail', '15', ...(await ailing(project)))
    throw new Error(`docker compose up failed:\n${lastOf(all)}\n${logs.all}`)
  }

  const start = async (wanted: readonly string[], build: '--build' | '--no-build' = '--build') => {
    const since = new Date()
    const services = await known(wanted)
    await up(build, services)
    follow(
      [...services, ...ground, ...beneath].filter((name) => !followed.has(name)),
      since,
    )
    await members.sync()
    writeState(folder, Object.assign(state, { ready: true }))
  }
  const ready = start(
    allServices().filter((name) => !without.includes(name)),
    '--no-build',
  )
  ready.catch(() => {})

  const stopAll = async () => {
    writeState(folder, Object.assign(state, { stopping: true }))
    starting.abort()
    await Promise.allSettled([ready])
    await Promise.all([members.close(), ...[...new Set(followed.values())].map((unfollow) => unfollow())])
    await removed(project)
    release(folder)
  }
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  return { state, ready, start: (services) => start(services), stop }
}

/** The services whose containers have not come up, or went down again. */
const ailing = async (project: string) => {
  const containers = await containersOf(project)
  return containers
    .filter(({ healthy, exitCode, service }) => !healthy && (service !== 'topology' || exitCode > 0))
    .map(({ service }) => service)
}

const lastOf = (output: string) => output.trim().split('\n').slice(-15).join('\n')

/** Where running containers have published what they have, it stays; else the usual ports, or free ones. */
const portsOf = async (project: string, free: boolean, say: Say): Promise<Ports> => {
  const taken = publishedBy(await containersOf(project))
  const { ports, moved } = await choosePorts(allServices(), { free, ours: taken })
  if (moved.length > 0) say('ports', `taken, so moved: ${moved.join(', ')}`)
  return ports
}
