import { styleText } from 'node:util'
import type { Finding, Searched } from './search.ts'

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g

/** Names for orders, in the order in which they appear: A, B, C … */
const naming = () => {
  const names = new Map<string, string>()
  const nameOf = (id: string) => {
    if (!names.has(id))
      names.set(id, `order ${String.fromCharCode(65 + (names.size % 26))}${names.size >= 26 ? Math.floor(names.size / 26) : ''}`)
    return names.get(id) as string
  }
  return (text: string) => text.replaceAll(uuid, nameOf)
}

/** A schedule as a dance to be read: who did what, one line each; the promises it breaks; how to see it again. */
export const shown = ({ seed, path, danced }: Finding, mistake?: string): string => {
  const named = naming()
  const width = Math.max(...danced.history.map(({ who }) => who.length))
  const lines = danced.history.map(({ at, who, what }) => `${String(at).padStart(6)}  ${who.padEnd(width)}  ${named(what)}`)
  const broken = danced.broken.map((promise) => styleText('red', `broken: ${named(promise)}`))
  const again = `npm run simulate -- --seed ${seed} --replay ${path}${mistake ? ` --mistake '${mistake}'` : ''}`
  return [...lines, '', ...broken, '', `Again: ${again}`].join('\n')
}

/** What a search has been through, in two lines. */
export const summed = ({ schedules, steps, seen }: Searched): string => {
  const count = (number: number) => number.toLocaleString('en')
  const times = Object.entries(seen).sort(([, a], [, b]) => b - a)
  const list = (some: [string, number][]) => some.map(([what, times]) => `${what} ${count(times)}`).join(', ')
  const [said, struck] = [true, false].map((event) => times.filter(([what]) => what.includes('.') === event)) as [
    typeof times,
    typeof times,
  ]
  return [`${count(schedules)} schedules, ${count(steps)} steps`, `said: ${list(said)}`, `struck: ${list(struck)}`].join('\n')
}
