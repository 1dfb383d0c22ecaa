import { randomInt } from 'node:crypto'
import { progress } from '@clack/prompts'
import { optionsOf } from './options.ts'
import { mistakes } from './simulation/mistakes.ts'
import { searchAll } from './simulation/pool.ts'
import { shown, summed } from './simulation/show.ts'

// npm run simulate -- [--schedules N] [--seed N] [--replay PATH] [--mistake NAME]: the whole dance in one process, in as many ways as you like.
const { values } = optionsOf({
  options: {
    schedules: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    replay: { type: 'string' },
    mistake: { type: 'string' },
  },
})
const [schedules, seed] = [Number(values.schedules), Number(values.seed)]
const { mistake, replay: path } = values
const fault =
  !Number.isInteger(schedules) || schedules < 1 || !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31
    ? '--schedules is a whole number from 1 on, --seed one from 0 to 2,147,483,647'
    : mistake !== undefined && !mistakes[mistake]
      ? `--mistake is one of:\n${Object.keys(mistakes)
          .map((name) => `  '${name}'`)
          .join('\n')}`
      : undefined
if (fault) {
  console.error(fault)
  process.exit(1)
}

const wanted = path === undefined ? { seed, schedules, mistake, shrinks: true } : { seed, schedules: 1, path, mistake, shrinks: false }
const bar = process.stdout.isTTY ? progress({ max: schedules, indicator: 'timer' }) : undefined
bar?.start(`${schedules.toLocaleString('en')} schedules from seed ${seed}`)
const began = performance.now()
const searched = await searchAll(wanted, (done) => bar?.advance(done))
bar?.clear()

const { finding } = searched
if (finding) console.log(`${shown(finding, mistake)}\n`)
else console.log(`Every promise was kept. Again: npm run simulate -- --schedules ${schedules} --seed ${seed}\n`)
console.log(`${summed(searched)}\n${((performance.now() - began) / 1_000).toFixed(1)} s`)
process.exitCode = finding ? 1 : 0
