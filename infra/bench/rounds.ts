import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runAlone } from '../native/alone.ts'
import { mailPart } from '../native/mail.ts'
import { runFolder } from '../native/run-folder.ts'
import { freePort } from '../ports.ts'
import type { Contestant } from './contestants.ts'
import { left } from './count.ts'
import { danceContestants, danceLayout } from './dance-contestants.ts'
import { type Ground, type Layout, startGround } from './ground.ts'
import { hopContestants, hopLayout } from './hop-contestants.ts'
import { httpContestants, httpLayout } from './http-contestants.ts'
import { playHttp } from './http-scenes.ts'
import type { Plan } from './plan.ts'
import { started } from './program.ts'
import { circumstances, type Results, type Round, type Scenes } from './results.ts'
import { type Play, playLoad, playRest, type Size } from './scenes.ts'
import { stolenBetween, ticks } from './stolen.ts'

type Step = (what: string) => void

const logs = join(runFolder(), 'bench')

/**
 * Runs all rounds: in each everybody's scenes one after the other, in reversed order every other time. First the hop, B silent and B saying an
 * event in turn, then the dance, both at rest there and back before they are under load, then `POST /orders`, each on a ground of its own. `step` is
 * told of each scene.
 */
export const runRounds = async ({ rounds, rests, hop, dance, http }: Plan, step: Step): Promise<Results> => {
  mkdirSync(logs, { recursive: true })
  await using collector = started({ args: ['infra/bench/collector.ts'], env: {} }, join(logs, 'collector.log'))
  const address = `http://127.0.0.1:${await collector.ask<number>()}`
  const { versions, ...rest } = circumstances()
  const done: Round[] = []
  const servers: Record<string, string> = {}
  if (hop)
    await on(hopLayout, async (ground) => {
      const match = { ground, size: hop, rests, step }
      const silent = { ...match, kind: 'hop', all: hopContestants(ground, address, false) }
      const saying = { ...match, kind: 'hop, B says an event', all: hopContestants(ground, address, true) }
      for (let round = 0; round < rounds; round++) done.push(...(await restAndLoad(silent, round)), ...(await restAndLoad(saying, round)))
      Object.assign(servers, await ground.versions())
    })
  if (dance) {
    const ports = { mail: await freePort(), smtp: await freePort() }
    await using mail = await runAlone(mailPart({ folder: logs, ports }))
    await on(danceLayout, async (ground) => {
      const all = await danceContestants(ground, address, String(mail.smtp))
      const match = { kind: 'dance', ground, all, size: dance, rests, step }
      for (let round = 0; round < rounds; round++) done.push(...(await restAndLoad(match, round)))
      Object.assign(servers, await ground.versions())
    })
  }
  if (http)
    await on(httpLayout, async (ground) => {
      const match = { kind: 'POST /orders', ground, all: await httpContestants(ground, address), size: http, step }
      for (let round = 0; round < rounds; round++) done.push(await once(match, round, playHttp))
      Object.assign(servers, await ground.versions())
    })
  return { ...rest, versions: { ...versions, ...servers }, rounds: done }
}

/** Works on a ground of its own, which ends with the work, or with Ctrl-C. */
export const on = async <T>(layout: Layout, work: (ground: Ground) => Promise<T>): Promise<T> => {
  const ground = await startGround(layout)
  let ended: Promise<void> | undefined
  const end = () => {
    ended ??= ground.end()
    return ended
  }
  const interrupted = () => void end().finally(() => process.exit(130))
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, interrupted)
  try {
    return await work(ground)
  } finally {
    for (const signal of signals) process.off(signal, interrupted)
    await end()
  }
}

/** One comparison: who takes part, where, and how much each of them does. */
type Match = {
  readonly kind: string
  readonly ground: Ground
  readonly all: readonly Contestant[]
  readonly size: Size
  readonly rests: number
  readonly step: Step
}

/** At rest there and back, then under load: no machine is equally quick at all times, and who is compared at rest is so on soon after another. */
const restAndLoad = async (match: Match, round: number): Promise<Round[]> => {
  const played: Round[] = []
  for (let nr = 0; nr < match.rests; nr++) played.push(await once(match, nr, playRest))
  return [...played, await once(match, round, playLoad)]
}

const once = ({ kind, ground, all, size, step }: Omit<Match, 'rests'>, round: number, playing: Play): Promise<Round> =>
  interleaved(kind, round, all, async (contestant) => ({
    ...(await playing({ ground, contestant, logs }, size, (what) => step(`${kind}, ${contestant.name}: ${what}`))),
    afterwards: { counts: await left(ground, contestant.ledger), figures: {} },
  }))

/** A round: all of them one after the other, in reversed order every other time. */
export const interleaved = async <T extends { readonly name: string }>(
  kind: string,
  round: number,
  all: readonly T[],
  scenesOf: (one: T) => Promise<Scenes>,
): Promise<Round> => {
  const scenes = new Map<T, Scenes>()
  const stolen: Record<string, number> = {}
  for (const one of round % 2 === 1 ? all.toReversed() : all) {
    const before = ticks()
    scenes.set(one, await scenesOf(one))
    stolen[one.name] = stolenBetween(before, ticks())
  }
  return { kind, contestants: Object.fromEntries(all.map((one) => [one.name, scenes.get(one) as Scenes])), stolen }
}
