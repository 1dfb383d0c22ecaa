import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '../bench/dance-ledger.ts'
import { circumstances, type Results, type Round, type Scenes } from '../bench/results.ts'
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
type Played<T> = (one: T) => Promise<Scenes>

const oftener = 2 // two that are nearly alike, and what costs little, are easily told wrong
const logs = join(runFolder(), 'flat')

/** How many steps are told of. */
export const stepsOf = ({ rounds, sizes }: Plan): number => services.length * portionsOf(sizes.many) + rounds * (3 + (2 * 4 + 2) * oftener)

/**
 * Runs all rounds, on one ground: those of the dance, beside few orders, many, and many events that wait; then, twice as often, of one and
 * two instances of shipping, and of order alone. `step` is told of each.
 */
export const runFlat = async ({ rounds, sizes, cost, load }: Plan, step: Step): Promise<Results> => {
  mkdirSync(logs, { recursive: true })
  const { versions, ...rest } = circumstances()
  const ports = { mail: await freePort(), smtp: await freePort() }
  await using mail = await runAlone(mailPart({ folder: logs, ports }))
  const smtp = String(mail.smtp)
  return await on(flatLayout, async (ground) => {
    await grown(ground, sizes.many, step)
    const [beside, pair, alone] = [tablesAndQueue(ground, sizes, smtp), crews(ground, smtp), outbox(ground, sizes, smtp)]
    const costing = async (state: State) => {
      step(`an order beside ${state.name}`)
      return { cost: await costOf(ground, state, cost, logs) }
    }
    const playing = async ({ name, crew }: (typeof pair)[number]) => {
      await emptied(ground)
      return play({ ground, contestant: await crew(), logs }, load, (what) => step(`${name}: ${what}`))
    }
    const done: Round[] = []
    const inTurn = async <T extends { readonly name: string }>(kind: string, times: number, all: readonly T[], scenes: Played<T>) => {
      for (let round = 0; round < times; round++) done.push(await interleaved(kind, round, all, scenes))
    }
    await inTurn('the dance', rounds, beside, costing)
    await inTurn('the dance, two instances', rounds * oftener, pair, playing)
    await inTurn('while the broker is away', rounds * oftener, alone, costing)
    return { ...rest, versions: { ...versions, ...(await ground.versions()) }, rounds: done }
  })
}
