import type { Results } from '../bench/results.ts'
import { kindsOf, standing } from '../bench/table.ts'
import { costs, isCost, median, spentIn } from './table.ts'

const mostCost = 1.1
const leastThroughput = 0.9
const mostLatency = 1.2
const mostWait = 1_000

/** What is not as flat as it is to be. */
const beyond = (results: Pick<Results, 'rounds'>): string[] =>
  kindsOf(results).flatMap(({ rounds, names, limit, columns }) => {
    const judged = isCost(rounds) ? spentIn(rounds, limit, costs) : columns
    return names.flatMap((name) =>
      judged.flatMap((column) => {
        const { ratio } = standing(rounds, name, column) ?? { ratio: 1 }
        const flat = isCost(rounds) ? ratio <= mostCost : isKept(column.figure, ratio)
        return flat ? [] : [`${name}: ${column.title} is ${ratio.toFixed(2)} times that of ${limit}.`]
      }),
    )
  })

const isKept = (figure: string, ratio: number) =>
  figure === 'perSecond' ? ratio >= leastThroughput : figure !== 'p50' || ratio <= mostLatency

/** Where orders wait for each other, more of them share a transaction: what one costs then says nothing of another state. */
const overloaded = (results: Pick<Results, 'rounds'>): string[] =>
  kindsOf(results).flatMap(({ rounds, names }) =>
    names.flatMap((name) => {
      const p50 = isCost(rounds) ? (standing(rounds, name, median)?.value ?? 0) : 0
      return p50 <= mostWait
        ? []
        : [`${name}: with a p50 of ${p50.toFixed(0)} ms this machine does not keep up; the costs cannot be compared.`]
    }),
  )

/** What keeps it from being as flat as it is to be, or from being told; what is void is told elsewhere. */
export const faultsOf = (results: Pick<Results, 'rounds'>): string[] => [...overloaded(results), ...beyond(results)]

/** The same in words. */
export const verdict = (results: Pick<Results, 'rounds'>): string[] => {
  const found = faultsOf(results)
  if (found.length > 0) return found
  return [
    `No cost is above ${mostCost} times; two instances have at least ${leastThroughput} times the throughput, and at most ${mostLatency} times the p50.`,
  ]
}
