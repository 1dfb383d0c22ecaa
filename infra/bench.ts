import { join } from 'node:path'
import { progress } from '@clack/prompts'
import { refuseUncommitted, write } from './bench/page.ts'
import { kinds, planOf, scenesOf } from './bench/plan.ts'
import { publish } from './bench/published.ts'
import { voids } from './bench/results.ts'
import { runRounds } from './bench/rounds.ts'
import { publishStep } from './bench/steps.ts'
import { source, tables } from './bench/table.ts'
import { runFolder } from './native/run-folder.ts'
import { optionsOf, refuse } from './options.ts'

// npm run bench -- [--quick] [--only hop|dance|http] [--rounds N] [--publish] [--step NAME]: this system beside what pg and amqplib do by hand. --quick counts, and measures nothing.
const { values } = optionsOf({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    publish: { type: 'boolean', default: false },
    step: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) refuse('--rounds is a whole number')

const only = kinds.find((kind) => kind === values.only)
if (values.only !== undefined && !only) refuse(`--only is one of ${kinds.join(', ')}`)

if (values.publish && (values.quick || only)) refuse('--publish is of a whole run: without --quick and --only')
if (values.step && (values.quick || (only ?? 'hop') !== 'hop')) refuse('--step is of the hop: without --quick, and --only hop alone')
if (values.publish || values.step) refuseUncommitted()

const plan = planOf({ quick: values.quick, rounds, only })
const bar = process.stdout.isTTY ? progress({ max: scenesOf(plan), indicator: 'timer' }) : undefined
bar?.start('starting PostgreSQL and RabbitMQ')
const results = await runRounds(plan, (what) => (bar ? bar.advance(1, what) : console.log(what)))
bar?.clear()

const raw = join(runFolder(), 'bench/figures.json')
write(results, raw)
if (!values.quick) console.log(tables(results))
console.log(source(results))
console.log(`Raw figures: ${raw}`)
if (values.step) publishStep(values.step, results)
if (values.publish) await publish(results)

const voided = voids(results)
if (voided.length > 0) {
  console.error(`Void:\n${voided.join('\n')}`)
  process.exitCode = 1
}
