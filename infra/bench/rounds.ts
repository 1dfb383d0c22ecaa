import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '@pas-de-cinq/shared/migrate'
import { runFolder } from '../native/run-folder.ts'
import { freePort } from '../ports.ts'
import { type Contestant, contestants, countEffects, hopServices, limitQueues, limitTables } from './contestants.ts'
import { type Ground, startGround } from './ground.ts'
import { hop, type Size } from './hop.ts'
import { started } from './program.ts'
import { circumstances, type Results, type Round, type Scenes } from './results.ts'

export type Plan = { readonly rounds: number; readonly size: Size }

const root = new URL('../../', import.meta.url)
const logs = join(runFolder(), 'bench')

/**
 * Runs all rounds: in each everybody's scenes one after the other, in reversed order every other time, once with a silent B and once with one that
 * says an event. `step` is told of each scene.
 */
export const runRounds = async ({ rounds, size }: Plan, step: (what: string) => void): Promise<Results> => {
  mkdirSync(logs, { recursive: true })
  const ground = await startGround(hopServices, limitTables, limitQueues)
  const interrupted = () => void ground.end().finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  const collector = started({ args: ['infra/bench/collector.ts'], env: {} }, join(logs, 'collector.log'))
  try {
    await migrated(ground)
    const address = `http://127.0.0.1:${await collector.ask<number>()}`
    const all = contestants(ground, { port: await freePort(), collector: address })
    const done: Round[] = []
    for (let round = 0; round < rounds * 2; round++) {
      const says = round % 2 === 1
      const kind = says ? 'hop, B says an event' : 'hop'
      const scenes = new Map<string, Scenes>()
      for (const contestant of inTurn(all, round))
        scenes.set(
          contestant.name,
          await hop({ ground, contestant, says, size, logs }, (what) => step(`${kind}, ${contestant.name}: ${what}`)),
        )
      done.push({ kind, contestants: Object.fromEntries(all.map(({ name }) => [name, scenes.get(name) as Scenes])) })
    }
    return { ...circumstances(await ground.versions()), rounds: done }
  } finally {
    await collector.stop()
    await ground.end()
  }
}

/** Of each kind of round every other one goes backwards. */
const inTurn = (all: readonly Contestant[], round: number) => ((round >> 1) % 2 === 1 ? all.toReversed() : all)

const migrated = async ({ urlsOf, query }: Ground) => {
  for (const service of hopServices)
    await migrate(
      urlsOf(service).DATABASE_URL,
      ['shared/messaging', `services/${service}`].map((folder) => new URL(`${folder}/migrations/`, root)),
    )
  await query('shipping', countEffects)
}
