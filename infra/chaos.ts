import { type Fault, faultsFor } from './chaos/faults.ts'
import { befallen, type Row } from './chaos/run.ts'
import { tableFor } from './chaos/table.ts'
import { worldIn } from './chaos/world.ts'
import { runFolder } from './native/run-folder.ts'
import { wholeSystem } from './native/whole.ts'
import { optionsOf, refuse } from './options.ts'

const usage = `npm run chaos [-- --orders 30] [--only "kill payment" …]

  --orders  how many orders are under way in each fault, 8 to 1000
  --only    faults whose names have this in them; it may be given several times`

// npm run chaos: real faults for the running system, one after the other, with orders under way. Ctrl-C undoes what is in force.
const options = { orders: { type: 'string', default: '30' }, only: { type: 'string', multiple: true, default: [] as string[] } } as const
const { only, ...numbers } = optionsOf({ options }, '', usage).values
const orders = /^\d+$/.test(numbers.orders) ? Number(numbers.orders) : 0
if (orders < 8 || orders > 1_000) refuse(`--orders ${numbers.orders}?`, usage)
const chosen = (all: readonly Fault[], only: readonly string[]) => {
  const faults = all.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))
  return faults.length > 0 ? faults : refuse('There is no such fault; there are:', ...all.map(({ name }) => `  ${name}`))
}

const world = await worldIn(runFolder(), await wholeSystem())
const faults = chosen(faultsFor(world), only)
const { head, row } = tableFor(faults.map(({ name }) => name))
const live = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[2K${text.slice(0, process.stderr.columns - 1)}`)
const enough = async () => {
  live('')
  const faults = await world.undo.all()
  for (const fault of faults) console.error(`not undone: ${fault}`)
  process.exit(130)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void enough())
console.log(head)
const rows: Row[] = []
for (const [i, fault] of faults.entries()) {
  const befalls = `${i + 1} of ${faults.length}: ${fault.name}`
  live(befalls)
  const came = await befallen(world, fault, orders, (what) => live(`${befalls}; ${what}`))
  live('')
  console.log(row(came))
  for (const { is, what } of came.wrong) console.log(`  ${is}: ${what}`)
  rows.push(came)
}
const well = rows.filter(({ wrong }) => wrong.length === 0).length
console.log(`\n${well} of ${rows.length} faults: nothing lost, nothing doubled, nothing stuck.`)
process.exitCode = well === rows.length ? 0 : 1
