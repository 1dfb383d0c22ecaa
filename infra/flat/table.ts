import { services } from '../bench/dance-ledger.ts'
import type { Results, Round } from '../bench/results.ts'
import { type Column, cell, kindsOf, standing, tables as tablesOf } from '../bench/table.ts'

const row = (title: string, figure: string, unit: string): Column => ({ title, scene: 'cost', figure, unit })

/** What is to be the same in each state, for each order. */
export const costs: readonly Column[] = [
  ...[...services, 'postgres', 'rabbitmq'].map((part) => row(`CPU: ${part}`, part, 'ms')),
  row('CPU: all of them', 'cpu', 'ms'),
  row('commits', 'commits', ''),
  row('WAL', 'wal', 'KiB'),
  row('events published', 'messages', ''),
]
export const median = row('p50', 'p50', 'ms')
const rest: readonly Column[] = [
  row('rows read by scans', 'scanned', ''),
  median,
  row('p95', 'p95', 'ms'),
  { ...row('outboxes on disk', 'outbox', 'MiB'), beside: 'nothing' },
]

/** Whether these rounds tell what an order costs in each state. */
export const isCost = ([round]: readonly Round[]): boolean => 'cost' in (Object.values(round?.contestants ?? {})[0] ?? {})

/** Those of the columns in which there is something to tell: whoever comes first has spent something. */
export const spentIn = (rounds: readonly Round[], first: string, columns: readonly Column[]): Column[] =>
  columns.filter((column) => standing(rounds, first, column)?.value !== 0 && column.figure in figuresOf(rounds, first))

const figuresOf = ([round]: readonly Round[], name: string) => round?.contestants[name]?.['cost']?.figures ?? {}

/** Markdown: per kind what an order costs in each state, and in bold how often that is what it costs in the first; then the instances. */
export const tables = (results: Pick<Results, 'rounds'>): string => {
  const kinds = kindsOf(results)
  const perOrder = kinds
    .filter(({ rounds }) => isCost(rounds))
    .map(({ kind, rounds, names, limit }) => {
      const columns = spentIn(rounds, limit, [...costs, ...rest])
      const rows = columns.map((column) => `| ${[column.title, ...names.map((name) => cell(rounds, name, column))].join(' | ')} |`)
      return `| ${[kind, ...names].join(' | ')} |\n|---|${names.map(() => '--:|').join('')}\n${rows.join('\n')}\n`
    })
  return [...perOrder, tablesOf({ rounds: kinds.flatMap(({ rounds }) => (isCost(rounds) ? [] : rounds)) })].join('\n')
}
