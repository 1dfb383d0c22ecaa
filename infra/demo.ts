import { showDances } from './demo/show.ts'
import { wholeSystem } from './native/whole.ts'

// npm run demo: beside a running system, one order of each kind and what became of it.
process.exitCode = (await showDances(await wholeSystem())) ? 0 : 1
