import { topologyOf } from '@pas-de-cinq/shared/messaging/topology'
import { broker } from './broker.ts'
import { castIn } from './cast.ts'
import { virtualClock } from './clock.ts'
import { customers } from './customers.ts'
import { deadline, ensemble } from './ensemble.ts'
import { delays } from './instance.ts'
import { broken } from './invariants.ts'
import type { Mistake } from './mistakes.ts'
import { redriving } from './redriving.ts'
import { scheduler } from './scheduler.ts'
import type { Script } from './script.ts'
import { weather } from './weather.ts'
import { counting, type World } from './world.ts'

/** What came of a schedule: the promises that it broke, and what was seen on the way. */
export type Danced = {
  readonly broken: readonly string[]
  readonly history: readonly Line[]
  readonly steps: number
  /** what was said, by its type, and what struck, by its name */
  readonly seen: readonly string[]
}
type Line = { readonly at: number; readonly who: string; readonly what: string }

const tooLong = 20_000

/** Dances one schedule to its end: as the choices have it while there are any, then without further faults, until nothing is left to do. */
export const dance = async (script: Script, mistake: Mistake): Promise<Danced> => {
  const turns = scheduler(script.choices)
  const clock = virtualClock((run) => turns.soon(undefined, run))
  const history: Line[] = []
  let steps = 0
  const note = (who: string, what: string) => void history.push({ at: steps, who, what })
  const world: World = { ...turns, now: clock.now, newId: counting(), note }

  const end = clock.install()
  try {
    const cast = castIn(world, mistake, script.poison)
    const tables = Object.fromEntries(cast.parts.map(({ name, choreography }) => [name, choreography]))
    const mail = broker(topologyOf(tables, delays), world)
    const dancers = ensemble(world, mail, cast.parts, mistake)
    const audience = customers(world, script.wishes, dancers.perform)
    const resend = redriving(world, mail)
    const { storm, struck } = weather({ world, script, clock, cast, dancers, mail, resend })

    const resting = () => audience.resting() && dancers.restless().length === 0 && mail.empty()
    const go = () => {
      if (turns.left() > 0 && storm(turns)) return true
      if (audience.act(steps, turns.waiting() === 0)) return true
      if (turns.waiting() > 0) turns.step(turns.draw())
      else if (resting()) return false
      else clock.pass(clock.next() - clock.now())
      return true
    }
    const toRest = () =>
      new Promise<void>((resolve) => {
        const next = () => (++steps < tooLong && go() ? setImmediate(next) : resolve())
        setImmediate(next)
      })

    await toRest()
    if (script.late) {
      note('the clock', 'strikes: every order is overdue')
      clock.pass(deadline * 1_000)
      await toRest()
    }
    cast.cure()
    for (let rounds = 0; mail.deadLetters().length > 0 && rounds < 5; rounds++) {
      resend()
      await toRest()
    }
    const stuck = steps < tooLong ? [] : [`it does not come to rest within ${tooLong} steps: ${dancers.restless()}`]
    const seen = [
      ...struck,
      ...history.flatMap(({ what }) => /^says (\S+)/.exec(what)?.[1] ?? /^(a retry|a dead letter)/.exec(what)?.[1] ?? []),
    ]
    return { broken: [...broken({ cast, mail, wanted: audience.wanted }), ...stuck], history, steps, seen }
  } finally {
    end()
  }
}
