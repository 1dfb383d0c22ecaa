import { join } from 'node:path'
import { progress } from '@clack/prompts'
import { write } from './bench/page.ts'
import { publish } from './bench/published.ts'
import { voids } from './bench/results.ts'
import { type Plan, runRounds } from './bench/rounds.ts'
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

const whole: Plan = values.quick
  ? {
      rounds: 1,
      hop: { warmUp: 50, rest: 20, load: 200, drain: 400 },
      dance: { warmUp: 20, rest: 10, load: 100 },
      http: { warmUp: 50, rest: 80, load: 200 },
    }
  : {
      rounds,
      hop: { warmUp: 3_000, rest: 500, load: 5_000, drain: 10_000 },
      dance: { warmUp: 500, rest: 200, load: 1_500 },
      http: { warmUp: 3_000, rest: 2_000, load: 5_000 },
    }
const { only } = values
if (only !== undefined && only !== 'hop' && only !== 'dance' && only !== 'http') refuse('--only is hop, dance or http')
const plan: Plan = only ? { rounds: whole.rounds, [only]: whole[only as 'hop'] } : whole
const steps = plan.rounds * ((plan.hop ? 2 * 4 * 5 : 0) + (plan.dance ? 3 * 4 : 0) + (plan.http ? 3 * 4 : 0))
const bar = process.stdout.isTTY ? progress({ max: steps, indicator: 'timer' }) : undefined
bar?.start('starting PostgreSQL and RabbitMQ')
const results = await runRounds(plan, (what) => (bar ? bar.advance(1, what) : console.log(what)))
bar?.clear()

const raw = join(runFolder(), 'bench/figures.json')
write(results, raw)
if (!values.quick) console.log(tables(results))
console.log(source(results))
console.log(`Raw figures: ${raw}`)
if (values.step && !values.quick) publishStep(values.step, results)
if (values.publish && !values.quick && !only) await publish(results)

const voided = voids(results)
if (voided.length > 0) {
  console.error(`Void:\n${voided.join('\n')}`)
  process.exitCode = 1
}
