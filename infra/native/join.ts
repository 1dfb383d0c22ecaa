import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runningIn, type State } from './run-folder.ts'
import { allServices } from './services.ts'
import type { System } from './system.ts'

const wish = (folder: string) => join(folder, 'start.json')

/** Services that a running system lacks: left out when it was started, or come into being since. */
export const lacking = ({ ready, parts }: State, without: string[]): string[] =>
  ready ? allServices().filter((name) => !parts[name] && !without.includes(name)) : []

/** Has the running system start services; resolves once they answer, to false if they do not within a minute and a half. */
export async function askToStart(folder: string, { supervisor }: State, services: string[]): Promise<boolean> {
  writeFileSync(wish(folder), JSON.stringify(services))
  process.kill(supervisor.pid, 'SIGUSR2')
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(100)) {
    const parts = runningIn(folder)?.parts
    if (!parts) return false
    if (services.every((name) => parts[name]?.ready)) return true
  }
  return false
}

/** Does what `askToStart` asks of this process. */
export function startOnRequest(folder: string, system: System, say: (line: string) => void): void {
  process.on('SIGUSR2', () => {
    const wanted: string[] = JSON.parse(readFileSync(wish(folder), 'utf8'))
    rmSync(wish(folder))
    const services = wanted.filter((name) => allServices().includes(name) && !system.state.parts[name])
    system.start(services).catch((error: Error) => say(error.message))
  })
}
