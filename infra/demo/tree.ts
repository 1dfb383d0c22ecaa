import type { Said } from './listen.ts'

/** The events of one order, each below the one that caused it, with the milliseconds since the order was placed. */
export function tree(events: Said[]): string[] {
  const placed = Date.parse(events.find(({ type }) => type === 'order.placed')?.time ?? events[0]?.time ?? '')
  const known = new Set(events.map(({ id }) => id))
  const roots = events.filter(({ causationid }) => !causationid || !known.has(causationid))
  const branch = (event: Said, depth: number): string[] => [
    `${('  '.repeat(depth) + named(event)).padEnd(58)}${String(Date.parse(event.time) - placed).padStart(7)} ms`,
    ...events.filter(({ causationid }) => causationid === event.id).flatMap((caused) => branch(caused, depth + 1)),
  ]
  return roots.flatMap((root) => branch(root, 0))
}

const named = ({ type, data }: Said): string => {
  const detail = data['reason'] ?? data['occasion']
  return detail ? `${type} (${detail})` : type
}
