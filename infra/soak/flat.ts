import type { Sample } from './memory.ts'

export type Growth = {
  readonly name: string
  readonly first: number
  readonly before: number
  readonly last: number
  readonly flat: boolean
}

const most = 1.1
const slack = 16

/**
 * How the memory of each part has grown, in MiB: at first, in the second quarter of the samples, and in the last. It is flat when the last is not
 * more than 1.1 times the second quarter, or 16 MiB more.
 */
export const growthOf = (samples: readonly Sample[]): Growth[] => {
  const quarter = (from: number) =>
    samples.slice(Math.floor((from * samples.length) / 4), Math.max(1, Math.ceil(((from + 1) * samples.length) / 4)))
  const mean = (some: readonly Sample[], name: string) => {
    const told = some.flatMap((sample) => sample[name]?.takes ?? [])
    return told.reduce((sum, takes) => sum + takes, 0) / told.length
  }
  return Object.keys(samples[0] ?? {}).map((name) => {
    const [first, before, last] = [samples[0]?.[name]?.takes ?? 0, mean(quarter(1), name), mean(quarter(3), name)]
    return { name, first, before, last, flat: last <= Math.max(before * most, before + slack) }
  })
}

/** Of which parts the samples say nothing: they were started anew meanwhile, or what they take cannot be read here. */
export const untold = (samples: readonly Sample[]): string[] =>
  Object.keys(samples[0] ?? {}).flatMap((name) => {
    const seen = samples.flatMap((sample) => sample[name] ?? [])
    if (seen.filter(({ takes }) => takes > 0).length < samples.length) return [`What ${name} takes cannot be read at all times.`]
    return new Set(seen.map(({ began }) => began)).size > 1 ? [`${name} was started anew meanwhile: what it took says nothing.`] : []
  })

/** The same as a table, with all of it together in the last line. */
export const tableOf = (growths: readonly Growth[]): string[] => {
  const sum = (of: 'first' | 'before' | 'last') => growths.reduce((sum, growth) => sum + growth[of], 0)
  const all = { name: 'all', first: sum('first'), before: sum('before'), last: sum('last'), flat: growths.every(({ flat }) => flat) }
  const rows = [...growths, all].map(({ name, first, before, last, flat }) => [
    name,
    ...[first, before, last].map((size) => size.toFixed(0)),
    flat ? 'yes' : 'no',
  ])
  const head = ['MiB', 'at first', '2nd quarter', 'last quarter', 'flat']
  return [head, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(14))).join(''))
}
