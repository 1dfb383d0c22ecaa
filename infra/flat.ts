import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { progress } from '@clack/prompts'
import { refuseUncommitted, write } from './bench/page.ts'
import { voids } from './bench/results.ts'
import { source } from './bench/table.ts'
import { faultsOf, verdict } from './flat/goals.ts'
import { flatness } from './flat/published.ts'
import { type Plan, runFlat, stepsOf } from './flat/rounds.ts'
import { tables } from './flat/table.ts'
import { runFolder } from './native/run-folder.ts'
import { optionsOf, refuse } from './options.ts'

// npm run flat -- [--quick] [--rounds N] [--rate N] [--publish]: whether an order costs the same, however many there are and wait. --quick counts, and measures nothing.
const { values } = optionsOf({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '20' },
    publish: { type: 'boolean', default: false },
  },
})
const [rounds, perSecond] = [Number(values.rounds), Number(values.rate)]
if (!Number.isInteger(rounds) || rounds < 1) refuse('--rounds is a whole number')
if (!(perSecond > 0)) refuse('--rate is a number of orders per second')
if (values.publish) refuseUncommitted()
if (!existsSync('/proc/self/stat')) refuse('What a process has spent is told by Linux alone, in /proc.')

const plan: Plan = values.quick
  ? {
      rounds: 1,
      sizes: { few: 100, many: 1_000, waiting: 1_000 },
      cost: { warmUp: 20, orders: 40, perSecond },
      load: { warmUp: 20, rest: 10, load: 50 },
    }
  : {
      rounds,
      sizes: { few: 1_000, many: 1_000_000, waiting: 100_000 },
      cost: { warmUp: 500, orders: perSecond * 40, perSecond },
      load: { warmUp: 3_000, rest: 200, load: 4_000 },
    }
const bytesPerOrder = 8 * 1024
mkdirSync(runFolder(), { recursive: true })
const { bavail, bsize } = statfsSync(runFolder())
if (bavail * bsize < plan.sizes.many * bytesPerOrder)
  refuse(`${runFolder()} has not the ${((plan.sizes.many * bytesPerOrder) / 2 ** 30).toFixed(0)} GiB that so many orders take.`)

const bar = process.stdout.isTTY ? progress({ max: stepsOf(plan), indicator: 'timer' }) : undefined
bar?.start('starting PostgreSQL and RabbitMQ')
const results = await runFlat(plan, (what) => (bar ? bar.advance(1, what) : console.log(what)))
bar?.clear()

const raw = join(runFolder(), 'flat/figures.json')
write(results, raw)
if (!values.quick) console.log([tables(results), ...verdict(results), ''].join('\n'))
console.log(source(results))
console.log(`Raw figures: ${raw}`)
if (values.publish && !values.quick) flatness.publish(results)

const voided = voids(results)
if (voided.length > 0) console.error(`Void:\n${voided.join('\n')}`)
if (voided.length > 0 || (!values.quick && faultsOf(results).length > 0)) process.exitCode = 1
