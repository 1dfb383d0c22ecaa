import { readdirSync } from 'node:fs'
import type { Choreography } from '@pas-de-cinq/shared/table'

const folder = new URL('../services/', import.meta.url)

/** The services there are: one folder each. */
export const services = (): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

/** Every service's table: what `reactions.ts` exports under the folder's name. */
export const choreographies = async (): Promise<Record<string, Choreography>> => {
  const tables = services().map(async (name) => {
    const room = (await import(new URL(`${name}/reactions.ts`, folder).href)) as Record<string, Choreography>
    const table = room[name]
    if (!table) throw new Error(`services/${name}/reactions.ts has to export its choreography as \`${name}\``)
    return [name, table] as const
  })
  return Object.fromEntries(await Promise.all(tables))
}
