import { secondsIn } from './load/arrivals.ts'
import { figures, table } from './load/figures.ts'
import { mixed, usualMix } from './load/mix.ts'
import { type Came, loaded } from './load/run.ts'
import { screen } from './load/screen.ts'
import { wholeSystem } from './native/whole.ts'
import { optionsOf } from './options.ts'

// npm run load -- [--rate 50] [--for 10m] [--mix happy=6,declined=1,…]: orders come at that rate, whether the system keeps up or not. Ctrl-C ends them sooner.
const { values } = optionsOf({
  options: { rate: { type: 'string', default: '50' }, for: { type: 'string', default: '1m' }, mix: { type: 'string', default: usualMix } },
})
const fail = (message: string): never => {
  console.error(message)
  process.exit(2)
}
const wanted = () => {
  const perSecond = Number(values.rate)
  if (!(perSecond > 0 && perSecond <= 10_000)) throw new Error(`--rate ${values.rate}? It is orders per second, up to 10000.`)
  return { perSecond, seconds: secondsIn(values.for), kinds: mixed(values.mix) }
}
const load = (() => {
  try {
    return wanted()
  } catch (error) {
    return fail((error as Error).message)
  }
})()
const most = 20

/** Why the figures are those of a system that could not do what was asked of it; undefined if it could. */
const beyond = ({ book, turned, endedMeanwhile }: Came): string | undefined => {
  const behind = book.all.placed - endedMeanwhile
  if (turned.unsent > 0) return `${turned.unsent} orders were never sent, since 1,000 customers waited for an answer`
  if (turned.away > 0) return `${turned.away} orders were turned away (503)`
  if (behind > 10 * load.perSecond) return `when the last order came, ${behind} had not ended`
  return undefined
}

const system = await wholeSystem()
const enough = new AbortController()
process.once('SIGINT', () => enough.abort())
const show = screen()
const came = await loaded(system, load, (...now) => show(figures(...now)), enough.signal).catch((error: Error) => fail(error.message))
const { book, turned, traces } = came
show(figures(book, turned, 0))
console.log(`\n${table(book).join('\n')}\n`)
const faults = [...book.wrong, ...turned.faults, ...(traces?.faults ?? [])]
for (const fault of faults.slice(0, most)) console.log(fault)
if (faults.length > most) console.log(`… and ${faults.length - most} more`)
const over = beyond(came)
if (over) console.log(`Beyond what this machine can do: ${over}. The times above are those of a queue, not of the system.`)
console.log(
  faults.length > 0
    ? `${faults.length} faults.`
    : `Every one of ${book.all.placed} orders ended as its kind must; ${traces ? `of those that ended last, ${traces.looked} were looked at in Jaeger, and their traces are whole` : 'there is no Jaeger to look for their traces'}.`,
)
process.exitCode = faults.length > 0 ? 1 : over ? 3 : 0
