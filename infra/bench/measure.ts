import type { Committed } from './count.ts'
import type { Produced } from './produce.ts'

/** The value below which `share` of the values lie, by nearest rank. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const percentilesOf = (values: readonly number[]) => ({
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  p99: percentile(values, 0.99),
})

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** How long each order took, from the moment in which A began to place it until B had committed its effect, in milliseconds. */
export const latencies = ({ began }: Produced, committed: Committed): number[] =>
  began.flatMap(([orderId, at]) => (committed.has(orderId) ? [(committed.get(orderId) as number) - at] : []))

/** Orders in a second, from the first that was begun to the last that was committed. */
export const perSecond = ({ began }: Produced, committed: Committed): number =>
  (committed.size / (Math.max(...committed.values()) - Math.min(...began.map(([, at]) => at)))) * 1_000

/** Orders in a second, from the first that was committed to the last. */
export const drained = (committed: Committed): number => {
  const at = [...committed.values()]
  return (at.length / (Math.max(...at) - Math.min(...at))) * 1_000
}
