import { randomUUID } from 'node:crypto'
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readOr } from './family.ts'
import { runningIn, type State } from './run-folder.ts'
import { allServices } from './services.ts'
import type { System } from './system.ts'

/** What a running system is asked for: to start services, or to tell some, when they are started next, something more. */
type Wish = { readonly start?: string[]; readonly nextLives?: Record<string, NodeJS.ProcessEnv> }

const wishes = (folder: string) => join(folder, 'wishes')

/** Resolves to where the wish lies until it has been read. */
const ask = (folder: string, { supervisor }: State, wish: Wish): string => {
  const file = join(wishes(folder), `${randomUUID()}.json`)
  mkdirSync(wishes(folder), { recursive: true })
  writeFileSync(`${file}.next`, JSON.stringify(wish))
  renameSync(`${file}.next`, file)
  process.kill(supervisor.pid, 'SIGUSR2')
  return file
}

/** Services that a running system lacks: left out when it was started, or come into being since. */
export const lacking = ({ ready, parts }: State, without: string[]): string[] =>
  ready ? allServices().filter((name) => !parts[name] && !without.includes(name)) : []

/** Has the running system start services; resolves once they answer, to false if they do not within a minute and a half. */
export async function askToStart(folder: string, system: State, services: string[]): Promise<boolean> {
  ask(folder, system, { start: services })
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(100)) {
    const parts = runningIn(folder)?.parts
    if (!parts) return false
    if (services.every((name) => parts[name]?.ready)) return true
  }
  return false
}

/** Has the running system add to the environment of a service that runs as a process when it is started next, and only then. */
export async function askForNextLife(folder: string, system: State, service: string, env: NodeJS.ProcessEnv): Promise<void> {
  const file = ask(folder, system, { nextLives: { [service]: env } })
  for (const deadline = Date.now() + 5_000; existsSync(file); await delay(10))
    if (Date.now() > deadline) {
      rmSync(file, { force: true })
      throw new Error(`process ${system.supervisor.pid}, which keeps the system, does not do what it is asked`)
    }
}

/** Does what is asked of this process above. */
export function startOnRequest(folder: string, system: System, say: (line: string) => void): void {
  const grant = ({ start = [], nextLives = {} }: Wish) => {
    for (const [name, env] of Object.entries(nextLives)) system.nextLives?.set(name, env)
    const services = start.filter((name) => allServices().includes(name) && !system.state.parts[name])
    if (services.length > 0) system.start(services).catch((error: Error) => say(error.message))
  }
  process.on('SIGUSR2', () => {
    for (const file of globSync(join(wishes(folder), '*.json'))) {
      grant(JSON.parse(readOr(file) || '{}')) // who has waited too long takes a wish back
      rmSync(file, { force: true })
    }
  })
}
