import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import type { Choreography } from '@pas-de-cinq/shared/table'

type Tables = Readonly<Record<string, Choreography>>

const cancelled = 'order.cancelled'

/** What is wrong with the tables as a whole, each with where and what to do: events that nobody hears, what could stay held, circles. */
export const faultsIn = (tables: Tables): string[] => [...unheardIn(tables), ...heldIn(tables), ...circlesIn(tables)]

const unheardIn = (tables: Tables): string[] => {
  const heard = new Set(Object.values(tables).flatMap(heardBy))
  return Object.entries(tables).flatMap(([service, { says, unheard = [] }]) =>
    Object.keys(says)
      .filter((type) => !heard.has(type) && !unheard.includes(type))
      .map(
        (type) =>
          `${at(service)}: nobody hears ${type}. Give it a row in the table of who should, or name it in \`unheard\` if it is for the record.`,
      ),
  )
}

/** Whoever says or asks something before the end of an order may hold something for it, and has to hear that it was cancelled. */
const heldIn = (tables: Tables): string[] =>
  Object.entries(tables)
    .filter(([, { says, reactions }]) => !(cancelled in says) && !reactions.some(({ when }) => when === cancelled))
    .filter(([, { holds, reactions }]) => holds !== 'nothing' && reactions.some(({ says, ask }) => says.length > 0 || ask))
    .map(
      ([service]) =>
        `${at(service)}: it can hold something for an order, and has no row for ${cancelled}. Add the row that gives it back, or say \`holds: 'nothing'\`.`,
    )

const circlesIn = (tables: Tables): string[] => {
  const rows = Object.entries(tables).flatMap(([service, { reactions }]) => reactions.map((row) => ({ service, ...row })))
  const circles = new Map<string, string>()
  const finished = new Set<string>()
  const follow = (type: string, path: readonly string[]) => {
    const start = path.indexOf(type)
    if (start >= 0) return void noteCircle(path.slice(start))
    if (finished.has(type)) return
    for (const { when, says } of rows) if (when === type) for (const next of says) follow(next, [...path, type])
    finished.add(type)
  }
  const noteCircle = (circle: readonly string[]) => {
    const leads = (type: string, i: number) => {
      const next = circle[(i + 1) % circle.length] as string
      return rows
        .filter(({ when, says }) => when === type && says.includes(next))
        .map(({ service }) => `${type} → ${next} (${at(service)})`)
    }
    const where = circle.flatMap(leads).join(', ')
    circles.set(
      [...circle].sort().join(),
      `Events lead to each other in a circle, and could do so for ever: ${where}. Take one of these rows away, or let it say something else.`,
    )
  }
  for (const { when } of rows) follow(when, [])
  return [...circles.values()]
}

const at = (service: string) => `services/${service}/reactions.ts`
