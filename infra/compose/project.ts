import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { execa } from 'execa'
import { repository } from '../native/run-folder.ts'
import type { Ports } from '../ports.ts'

/** The project of a run's folder: containers, network and volumes carry its name. */
export const projectOf = (folder: string): string =>
  folder === join(repository, '.run') ? 'pas-de-cinq' : `pas-de-cinq-${createHash('sha1').update(folder).digest('hex').slice(0, 8)}`

/** The variables by which docker-compose.yml is told where to publish what. */
export const portVariables = (ports: Partial<Ports>) =>
  Object.fromEntries(Object.entries(ports).map(([name, port]) => [`${name.toUpperCase().replaceAll('-', '_')}_PORT`, String(port)]))

/** `docker compose` for a project, its ports published where `ports` says, or where they usually are. It never rejects; `follow` keeps no output. */
export const compose = (project: string, ports: Partial<Ports> = {}) => {
  const common = ['compose', '--progress', 'plain', '--project-name', project]
  const shell = { cwd: repository, env: portVariables(ports), reject: false } as const
  return {
    run: (...args: string[]) => execa('docker', [...common, ...args], { ...shell, all: true }),
    /** The same, not ended by Ctrl-C, but by that signal. */
    runApart: (args: string[], cancelSignal?: AbortSignal) =>
      execa('docker', [...common, ...args], { ...shell, all: true, detached: true, ...(cancelSignal && { cancelSignal }) }),
    /** Brings services up as they are but for `changes`, and touches no other. */
    overridden: (changes: object, ...services: string[]) => {
      const files = ['--file', 'docker-compose.yml', '--file', '-']
      const up = ['up', '--detach', '--no-deps', '--no-build', ...services]
      return execa('docker', [...common, ...files, ...up], { ...shell, all: true, input: JSON.stringify(changes) })
    },
    follow: (args: string[], cancelSignal: AbortSignal) => execa('docker', [...common, ...args], { ...shell, cancelSignal, buffer: false }),
  }
}

export type Compose = ReturnType<typeof compose>

/** Removes containers and network of a project, and with `forget` its data. */
export const removed = async (project: string, { forget = false } = {}): Promise<void> => {
  const down = ['--profile', 'metrics', 'down', '--timeout', '6', ...(forget ? ['--volumes'] : [])]
  const { failed, all } = await compose(project).runApart(down)
  if (failed) throw new Error(`docker compose down: ${all}`)
}

/** Whether anything of a project is there: a container, running or not, or data. */
export const isThere = async (project: string): Promise<boolean> => {
  const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`]
  const [containers, volumes] = await Promise.all([
    execa('docker', ['ps', '--all', ...filter]),
    execa('docker', ['volume', 'ls', ...filter]),
  ])
  return `${containers.stdout}${volumes.stdout}` !== ''
}
