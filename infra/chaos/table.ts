import type { Row } from './run.ts'

const columns = ['orders', 'lost', 'doubled', 'stuck', 'to recover', 'letters again'] as const
const kinds = ['lost', 'doubled', 'stuck'] as const

/** The lines of a table whose rows come one by one: fault by fault, what has come of the orders. */
export const tableFor = (names: readonly string[]) => {
  const widest = Math.max(...names.map(({ length }) => length))
  const line = (first: string, rest: readonly string[]) =>
    [first.padEnd(widest), ...rest.map((cell, i) => cell.padStart(columns[i]?.length ?? 0))].join('  ')
  return {
    head: line('fault', columns),
    row: ({ name, orders, wrong, recovery, again }: Row) =>
      line(name, [
        String(orders),
        ...kinds.map((kind) => String(wrong.filter(({ is }) => is === kind).length)),
        recovery === undefined ? 'never' : `${recovery.toFixed(1)} s`,
        String(again),
      ]),
  }
}
