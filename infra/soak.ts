import { runningSystem } from './compose/found.ts'
import { figures } from './load/figures.ts'
import { reportOf } from './load/report.ts'
import { loaded } from './load/run.ts'
import { screen } from './load/screen.ts'
import { wantedLoad } from './load/wanted.ts'
import { wholeSystem } from './native/whole.ts'
import { growthOf, tableOf } from './soak/flat.ts'
import { type Memory, memoryOf } from './soak/memory.ts'

// npm run soak -- [--for 30m] [--rate 20] [--mix …]: a load, and what memory each part takes meanwhile.
const load = wantedLoad({ rate: '20', for: '30m' })
const system = await wholeSystem()
const enough = new AbortController()
process.once('SIGINT', () => enough.abort())
const samples: Memory[] = []
const sample = async () => void samples.push(await memoryOf((await runningSystem())?.parts ?? {}))
await sample()
const timer = setInterval(() => void sample().catch(() => {}), Math.max(1_000, load.seconds * 10))
const show = screen()
const came = await loaded(system, load, (...now) => show(figures(...now)), enough.signal)
clearInterval(timer)
show(figures(came.book, came.turned, 0))
const { lines, code } = reportOf(came, load)
const growths = growthOf(samples)
console.log(`\n${lines.join('\n')}\n\n${tableOf(growths).join('\n')}`)
process.exitCode = code || (growths.every(({ flat }) => flat) ? 0 : 1)
