import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { services } from '../choreographies.ts'
import { passwordOf, withoutPasswords } from '../passwords.ts'
import type { Ports } from '../ports.ts'
import { answersHttp } from './answers.ts'
import { type Say, sayLogged } from './output.ts'
import type { Part } from './part.ts'
import { repository } from './run-folder.ts'

/** What a service is told beside the usual when it is started next, that time alone; by its name. */
export type NextLives = Map<string, NodeJS.ProcessEnv>

/** `CRASH_AT` of this process's environment is for each service's first life: else it would hardly have another. */
export const firstLives = (): NextLives => {
  const { CRASH_AT } = process.env
  return new Map(CRASH_AT ? allServices().map((name) => [name, { CRASH_AT }]) : [])
}

export type Circumstances = { folder: string; ports: Ports; jaeger: Part | undefined; nextLives: NextLives; tell: Say }

/** The services there are, order first. */
export const allServices = (): string[] => ['order', ...services().filter((name) => name !== 'order')]

/** Where a service finds what it needs, its own password alone among it; the rest of the environment passes through. */
const environment = (name: string, ports: Ports, jaeger: Part | undefined) => ({
  NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/compile'),
  ...withoutPasswords(),
  CRASH_AT: undefined,
  HOST: '127.0.0.1',
  PORT: String(ports[name]),
  DATABASE_URL: `postgresql://${name}:${passwordOf(name)}@127.0.0.1:${ports.postgres}/${name}`,
  AMQP_URL: `amqp://${name}:${passwordOf(name)}@127.0.0.1:${ports.rabbitmq}`,
  SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
  ...(jaeger && { OTEL_EXPORTER_OTLP_ENDPOINT: String(jaeger.address['otlp']), JAEGER_URL: String(jaeger.address['url']) }),
})

/** How Node runs a service: the memory it may have, then its program. */
export const nodeArguments = (program: string): string[] => [
  '--max-old-space-size=160',
  '--max-semi-space-size=8',
  join(repository, program),
]

/** A service as a process of its own; what it logs goes to its log file as it is, and is told in readable form. */
export function servicePart(name: string, { folder, ports, jaeger, nextLives, tell }: Circumstances): Part {
  const url = `http://127.0.0.1:${ports[name]}`
  const log = join(folder, `logs/${name}.log`)
  const file = createWriteStream(log, { flags: 'a' })
  const args = nodeArguments(`services/${name}/service.ts`)
  return {
    name,
    address: { url },
    log,
    stopSignal: 'SIGTERM',
    spawn: () => {
      const env = { ...environment(name, ports, jaeger), ...nextLives.get(name) }
      nextLives.delete(name)
      const options = { cwd: repository, env, detached: true }
      const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
      for (const output of [child.stdout, child.stderr]) {
        output.pipe(file, { end: false })
        sayLogged(name, output, tell)
      }
      return child
    },
    answers: () => answersHttp(`${url}/health/ready`),
  }
}
