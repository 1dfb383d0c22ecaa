import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '../bench/dance-ledger.ts'
import { circumstances, type Results, type Round } from '../bench/results.ts'
import { interleaved, on } from '../bench/rounds.ts'
import { type Size as Load, play } from '../bench/scenes.ts'
import { runAlone } from '../native/alone.ts'
import { mailPart } from '../native/mail.ts'
import { runFolder } from '../native/run-folder.ts'
import { freePort } from '../ports.ts'
import { costOf, type Size } from './scene.ts'
import { portionsOf } from './seed.ts'
import { crews, emptied, flatLayout, grown, outbox, type Sizes, type State, tablesAndQueue } from './states.ts'

/** How often, how much there is in the tables and waits, how many orders come to that, and how many to one and two of a service. */
export type Plan = { readonly rounds: number; readonly sizes: Sizes; readonly cost: Size; readonly load: Load }
type Step = (what: string) => void

const logs = join(runFolder(), 'flat')
const costs = ['the dance', 'while the broker is away']
const instances = 'the dance, two instances'

/** How many steps are told of. */
export const stepsOf = ({ rounds, sizes }: Plan): number => services.length * portionsOf(sizes.many) + rounds * (3 + 2 + 2 * 4)

/** Runs all rounds, on one ground: in each every state once, then one and two instances of shipping. `step` is told of each. */
export const runFlat = async ({ rounds, sizes, cost, load }: Plan, step: Step): Promise<Results> => {
  mkdirSync(logs, { recursive: true })
  const { versions, ...rest } = circumstances()
  const ports = { mail: await freePort(), smtp: await freePort() }
  await using mail = await runAlone(mailPart({ folder: logs, ports }))
  const smtp = String(mail.smtp)
  return await on(flatLayout, async (ground) => {
    await grown(ground, sizes.many, step)
    const states = [tablesAndQueue(ground, sizes, smtp), outbox(ground, sizes, smtp)]
    const pair = crews(ground, smtp)
    const scenesOf = async (state: State) => {
      step(`an order beside ${state.name}`)
      return { cost: await costOf(ground, state, cost, logs) }
    }
    const playing = async ({ name, crew }: (typeof pair)[number]) => {
      await emptied(ground)
      return play({ ground, contestant: await crew(), logs }, load, (what) => step(`${name}: ${what}`))
    }
    const nameOf = ({ name }: { readonly name: string }) => name
    const done: Round[] = []
    for (let round = 0; round < rounds; round++) {
      for (const [nr, kind] of costs.entries()) done.push(await interleaved(kind, round, states[nr] ?? [], nameOf, scenesOf))
      done.push(await interleaved(instances, round, pair, nameOf, playing))
    }
    return { ...rest, versions: { ...versions, ...(await ground.versions()) }, rounds: done }
  })
}
