import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

// `.env`, which Compose reads as well, is the one place in which the defaults stand; in a container there is none, for Compose tells it all.
const file = new URL('../.env', import.meta.url)
const defaults = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}

const variableOf = (user: string) => `${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`
const admins = { postgres: 'postgres-admin', rabbitmq: 'rabbitmq-admin' } as const

/**
 * The password of a service at PostgreSQL and at RabbitMQ: `<SERVICE>_PASSWORD` from the environment, else from `.env`; a newcomer, who stands in
 * neither, has its own name for one. Throws when it is not of letters, digits and - . _ ~ alone.
 */
export const passwordOf = (service: string): string => {
  const variable = variableOf(service)
  const password = process.env[variable] || defaults[variable] || service
  if (/^[\w.~-]+$/.test(password)) return password
  throw new Error(`${variable} has to be of letters, digits and - . _ ~ alone: it becomes part of URLs`)
}

/** The password of the user `admin` at PostgreSQL or RabbitMQ: `POSTGRES_ADMIN_PASSWORD`, `RABBITMQ_ADMIN_PASSWORD`, as above. */
export const adminPasswordOf = (broker: keyof typeof admins): string => passwordOf(admins[broker])

/** The environment without any password: what a part gets, beside those that are its own. */
export const withoutPasswords = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.endsWith('_PASSWORD')))

/** The address on which containers publish their ports: `PUBLISH_HOST` from the environment, else from `.env`. */
export const publishHost = (): string => process.env['PUBLISH_HOST'] || defaults['PUBLISH_HOST'] || ''

/** What is to be said loudly of ports that are published on `host`: that some passwords are those which everybody knows. Nothing on loopback. */
export const warningOf = (host: string, services: readonly string[]): string | undefined => {
  if (/^(127(\.\d+){3}|\[?::1\]?|localhost)$/.test(host)) return undefined
  const known = [...services, ...Object.values(admins)].filter(
    (user) => passwordOf(user) === ((Object.values(admins) as string[]).includes(user) ? 'admin' : user),
  )
  if (known.length === 0) return undefined
  return [
    `!!! The ports are published on ${host}, and whoever reaches them can log in: everybody knows`,
    `!!! ${known.map(variableOf).join(', ')}.`,
    '!!! Set them in the environment, or PUBLISH_HOST=127.0.0.1.',
  ].join('\n')
}
