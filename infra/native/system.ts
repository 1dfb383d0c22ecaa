import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { choosePorts, freePort } from '../ports.ts'
import { crew } from './crew.ts'
import { startGround } from './ground.ts'
import type { Say } from './output.ts'
import { beginningOf } from './processes.ts'
import { release, type State, writeState } from './run-folder.ts'
import { allServices, firstLives, type NextLives, servicePart } from './services.ts'
import { take } from './take.ts'

export type Options = { folder: string; free?: boolean; without?: string[]; say?: Say }

export type System = {
  state: State
  /** Resolves once all parts answer; rejects when one does not come up (`stop` then, as ever). */
  ready: Promise<void>
  /** Starts services that were left out, a new folder's included; resolves once they answer. */
  start: (services: string[]) => Promise<void>
  /** Where a service that runs as a process is told something for its next life alone. */
  nextLives?: NextLives
  /** Ends everything within 10 s: services first, then what they stand on. No process stays behind. */
  stop: () => Promise<void>
}

/**
 * Starts all parts in that folder, each kept running by this process: databases, broker, traces and mail, then the topology, then the services.
 * What a killed predecessor has left running in the folder is ended before. Throws if another process has the folder.
 */
export async function startSystem({ folder, free = false, without = [], say = () => {} }: Options): Promise<System> {
  const state: State = { supervisor: { pid: process.pid, began: beginningOf(process.pid) }, ready: false, parts: {} }
  await take(folder, state, say)
  rmSync(join(folder, 'logs'), { recursive: true, force: true })
  const parts = crew(folder, state, say)
  const { ports, moved } = await choosePorts(allServices(), { free })
  if (moved.length > 0) say('ports', `taken, so moved: ${moved.join(', ')}`)

  const nextLives = firstLives()
  const ground = startGround(folder, ports, parts, say)
  const startServices = async (services: string[]) => {
    const { jaeger } = await ground
    for (const name of services) ports[name] ??= await freePort()
    await Promise.all(services.map((name) => parts.run(servicePart(name, { folder, ports, jaeger, nextLives, tell: say }))))
    writeState(folder, Object.assign(state, { ready: true }))
  }
  const ready = startServices(allServices().filter((name) => !without.includes(name)))
  ready.catch(() => {})

  const stopAll = async () => {
    const deadline = Date.now() + 9_500
    writeState(folder, Object.assign(state, { stopping: true }))
    parts.close()
    await parts.stop(parts.names().filter(isService), 5_000)
    await parts.stop(parts.names(), deadline - Date.now())
    release(folder)
  }
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }

  const start = async (services: string[]) => {
    const { topology } = await ground
    await topology()
    await startServices(services)
  }
  return { state, ready, start, nextLives, stop }
}

const isService = (name: string): boolean => allServices().includes(name)
