import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Whether node_modules lacks something that package-lock.json asks for, or a new service's folder is not in it yet. */
export function isUninstalled() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  if (!wanted || !installed || hasNewcomer(wanted)) return true
  return Object.entries(wanted).some(([path, { version, optional, devOptional }]) =>
    installed[path] ? installed[path].version !== version : path !== '' && !optional && !devOptional,
  )
}

/** What npm has to do then. What is there already is mended in place, since a system may be running on it. */
export function npmCommand() {
  const wanted = packagesOf('package-lock.json')
  if (!wanted || hasNewcomer(wanted)) return ['install']
  return existsSync(`${root}node_modules`) ? ['install', '--no-save'] : ['ci']
}

/** Whether a service's Prisma client is missing, or older than its schema. */
export function isUngenerated() {
  const changed = (file) => statSync(`${root}services/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return services().some((name) => changed(`${name}/schema.prisma`) > changed(`${name}/generated/client.ts`))
}

const services = () => readdirSync(`${root}services`).filter((name) => existsSync(`${root}services/${name}/package.json`))

const hasNewcomer = (locked) => services().some((name) => !locked[`services/${name}`])

function packagesOf(lock) {
  return existsSync(`${root}${lock}`) ? JSON.parse(readFileSync(`${root}${lock}`, 'utf8')).packages : undefined
}
