import { choreographies } from './choreographies.ts'
import { faultsIn } from './tables/faults.ts'

// Part of npm run check: the tables of all services against each other.
const faults = faultsIn(await choreographies())
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
