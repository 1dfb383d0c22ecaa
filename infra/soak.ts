import { refuseUncommitted } from './bench/page.ts'
import { circumstances } from './bench/results.ts'
import { runningSystem } from './compose/found.ts'
import { underLoad } from './load/command.ts'
import { wantedLoad } from './load/wanted.ts'
import { wholeSystem } from './native/whole.ts'
import { growthOf, tableOf, untold } from './soak/flat.ts'
import { memoryOf, type Sample } from './soak/memory.ts'
import { soaked } from './soak/published.ts'

// npm run soak -- [--for 30m] [--rate 20] [--mix …] [--publish]: a load, and what memory each part takes meanwhile.
const words = process.argv.slice(2).filter((word) => word !== '--publish')
const load = wantedLoad({ rate: '20', for: '30m' }, words)
if (process.argv.includes('--publish')) refuseUncommitted()
const system = await wholeSystem()
const from = circumstances()
const samples: Sample[] = []
const sample = async () => void samples.push(await memoryOf((await runningSystem())?.parts ?? {}))
await sample()
const timer = setInterval(() => void sample().catch(() => samples.push({})), Math.max(1_000, load.seconds * 10))
const { lines, code } = await underLoad(system, load)
clearInterval(timer)
const growths = growthOf(samples)
const faults = untold(samples)
const report = [...lines, ...faults]
console.log(['', ...report, '', ...tableOf(growths)].join('\n'))
const command = ['npm run soak', ...(words.length > 0 ? ['--', ...words] : [])].join(' ')
if (process.argv.includes('--publish')) soaked.publish({ ...from, command, report, growths })
process.exitCode = code || (growths.every(({ flat }) => flat) && faults.length === 0 ? 0 : 1)
