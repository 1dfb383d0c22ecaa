import { figures } from './load/figures.ts'
import { reportOf } from './load/report.ts'
import { loaded } from './load/run.ts'
import { screen } from './load/screen.ts'
import { wantedLoad } from './load/wanted.ts'
import { wholeSystem } from './native/whole.ts'

// npm run load -- [--rate 50] [--for 1m] [--mix happy=6,declined=1,…]: orders come at that rate, whether the system keeps up or not. Ctrl-C ends them sooner.
const load = wantedLoad({ rate: '50', for: '1m' })
const system = await wholeSystem()
const enough = new AbortController()
process.once('SIGINT', () => enough.abort())
const show = screen()
const came = await loaded(system, load, (...now) => show(figures(...now)), enough.signal)
show(figures(came.book, came.turned, 0))
const { lines, code } = reportOf(came, load)
console.log(`\n${lines.join('\n')}`)
process.exitCode = code
