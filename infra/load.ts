import { underLoad } from './load/command.ts'
import { wantedLoad } from './load/wanted.ts'
import { wholeSystem } from './native/whole.ts'

// npm run load -- [--rate 50] [--for 1m] [--mix happy=6,declined=1,…]: orders come at that rate, whether the system keeps up or not. Ctrl-C ends them sooner.
const load = wantedLoad({ rate: '50', for: '1m' })
const { lines, code } = await underLoad(await wholeSystem(), load)
console.log(`\n${lines.join('\n')}`)
process.exitCode = code
