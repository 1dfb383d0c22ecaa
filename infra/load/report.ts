import { table } from './figures.ts'
import type { Came, Load } from './run.ts'

export type Report = { readonly lines: readonly string[]; readonly code: 0 | 1 | 3 }

const most = 20

/** What came of a load, in lines, and the exit code for it: 1 if anything is wrong, 3 if it was more than the machine can do, which excuses traces alone. */
export const reportOf = (came: Came, load: Load): Report => {
  const { book, turned, traces } = came
  const faults = [...book.wrong, ...turned.faults, ...(traces?.faults ?? [])]
  const over = beyond(came, load)
  const looked = traces
    ? `of those that ended last, ${traces.looked} were looked at in Jaeger, and their traces are whole`
    : 'there is no Jaeger to look for their traces'
  const lines = [
    ...table(book),
    '',
    ...faults.slice(0, most),
    ...(faults.length > most ? [`… and ${faults.length - most} more`] : []),
    ...(over ? [`Beyond what this machine can do: ${over}. The times above are those of a queue, not of the system.`] : []),
    faults.length > 0 ? `${faults.length} faults.` : `Every one of ${book.all.placed} orders ended as its kind must; ${looked}.`,
  ]
  return { lines, code: book.wrong.length + turned.faults.length > 0 ? 1 : over ? 3 : faults.length > 0 ? 1 : 0 }
}

/** Why the figures are those of a system that could not do what was asked of it; undefined if it could. */
const beyond = ({ book, turned, endedMeanwhile }: Came, { perSecond }: Load): string | undefined => {
  const behind = book.all.placed - endedMeanwhile
  if (turned.unsent > 0) return `${turned.unsent} orders were never sent, since 1,000 customers waited for an answer`
  if (turned.away > 0) return `${turned.away} orders were turned away (503)`
  if (behind > 10 * perSecond) return `when the last order came, ${behind} had not ended`
  return undefined
}
