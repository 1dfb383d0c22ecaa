import type { RecordableHistogram } from 'node:perf_hooks'
import type { Turned } from './customer.ts'
import type { Account, Ledger } from './ledger.ts'

const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(2)} s`
const percentile = ({ times, well }: { times: RecordableHistogram; well: number }, share: number) =>
  well === 0 ? '–' : seconds(times.percentile(share))

/** The live figures, a line each. `left` is how many seconds orders will still come. */
export const figures = ({ all, accounts, open, wrong }: Ledger, turned: Turned, left: number, now = Date.now()): string[] => {
  const [oldest] = open.values()
  const ends = [...accounts].map(([name, { well }]) => `${name} ${well}`).join(', ')
  const coming = left > 0 ? `orders come for ${Math.ceil(left)} s more` : 'the last order has come'
  return [
    `placed     ${all.placed}; ${coming}`,
    `ended      ${all.well}${ends && `: ${ends}`}`,
    `in flight  ${open.size}${oldest ? `, the oldest for ${seconds(now - oldest.due)}` : ''}`,
    `to the end p50 ${percentile(all, 50)}, p95 ${percentile(all, 95)}`,
    `wrong      ${wrong.length + turned.faults.length}; turned away ${turned.away}, never sent ${turned.unsent}`,
  ]
}

/** What has come of each kind, as a table. */
export const table = ({ accounts, all }: Ledger): string[] => {
  const rows = [...accounts, ['all', all] as const].map(([name, account]) => rowOf(name, account))
  const head = ['kind', 'placed', 'ended as it must', 'p50', 'p95', 'p99', 'longest']
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)))
  return [head, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  )
}

const rowOf = (name: string, account: Account): string[] => [
  ...[name, String(account.placed), String(account.well)],
  ...[50, 95, 99].map((share) => percentile(account, share)),
  account.well === 0 ? '–' : seconds(account.times.max),
]
