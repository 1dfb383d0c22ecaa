import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { progress } from '@clack/prompts'
import { isVoid } from './bench/results.ts'
import { type Plan, runRounds } from './bench/rounds.ts'
import { source, tables } from './bench/table.ts'
import { runFolder } from './native/run-folder.ts'

// npm run bench -- [--quick] [--rounds N] [--into FILE]: this system beside what pg and amqplib do by hand. --quick counts, and measures nothing.
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    into: { type: 'string', default: join(runFolder(), 'bench/figures.json') },
  },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds is a whole number')
  process.exit(2)
}

const plan: Plan = values.quick
  ? { rounds: 1, size: { warmUp: 50, rest: 20, load: 200, drain: 400 } }
  : { rounds, size: { warmUp: 3_000, rest: 500, load: 5_000, drain: 10_000 } }
const steps = plan.rounds * 2 * 4 * 5
const bar = process.stdout.isTTY ? progress({ max: steps, indicator: 'timer' }) : undefined
bar?.start('starting PostgreSQL and RabbitMQ')
const results = await runRounds(plan, (what) => (bar ? bar.advance(1, what) : console.log(what)))
bar?.clear()

writeFileSync(values.into, `${JSON.stringify(results, null, 1)}\n`)
if (!values.quick) console.log(tables(results))
console.log(source(results))
console.log(`Raw figures: ${values.into}`)

const voided = results.rounds.flatMap(({ kind, contestants }) =>
  Object.entries(contestants).flatMap(([name, scenes]) =>
    Object.entries(scenes).flatMap(([scene, one]) => (isVoid(one) ? [`${kind}, ${name}, ${scene}: ${JSON.stringify(one.counts)}`] : [])),
  ),
)
if (voided.length > 0) {
  console.error(`Void:\n${voided.join('\n')}`)
  process.exitCode = 1
}
