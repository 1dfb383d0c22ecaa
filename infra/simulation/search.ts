import { asyncProperty, check } from 'fast-check'
import { tables } from './cast.ts'
import { type Danced, dance } from './dance.ts'
import { mistakes } from './mistakes.ts'
import { type Script, script } from './script.ts'

/** What to dance: so many schedules from that seed on; or the one that stands at `path` there. With a mistake, if it is named. */
export type Search = {
  readonly seed: number
  readonly schedules: number
  readonly path?: string | undefined
  readonly mistake?: string | undefined
  /** words of the one promise that is looked at; all, if there are none */
  readonly promise?: string | undefined
  /** whether a schedule that breaks a promise is made as small as it can be */
  readonly shrinks: boolean
}
export type Finding = { readonly seed: number; readonly path: string; readonly script: Script; readonly danced: Danced }
export type Searched = {
  readonly schedules: number
  readonly steps: number
  readonly seen: Readonly<Record<string, number>>
  readonly finding?: Finding
}

const dancers = Object.keys(tables({}))

/** Dances until a promise is broken, or every schedule has been danced. The same search comes to the same. */
export const search = async ({ seed, schedules, path, mistake, promise = '', shrinks }: Search): Promise<Searched> => {
  const wrong = mistake === undefined ? {} : mistakes[mistake]
  if (!wrong) throw new Error(`there is no mistake called ${mistake}`)
  const seen: Record<string, number> = {}
  let steps = 0

  const keepsItsPromises = asyncProperty(script(dancers), async (script) => {
    const danced = await dance(script, wrong)
    steps += danced.steps
    for (const what of danced.seen) seen[what] = (seen[what] ?? 0) + 1
    return !danced.broken.some((broken) => broken.includes(promise))
  })
  const {
    failed,
    numRuns,
    counterexample,
    counterexamplePath,
    seed: from,
  } = await check(keepsItsPromises, {
    seed,
    numRuns: schedules,
    verbose: 0,
    endOnFailure: !shrinks,
    ...(path !== undefined && { path }),
  })
  const searched = { schedules: numRuns, steps, seen }
  if (!failed || !counterexample) return searched
  const [found] = counterexample
  return { ...searched, finding: { seed: from, path: counterexamplePath ?? '', script: found, danced: await dance(found, wrong) } }
}
