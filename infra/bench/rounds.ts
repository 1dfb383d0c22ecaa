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
import { type Play, play, type Size } from './scenes.ts'
import { stolenBetween, ticks } from './stolen.ts'

type Step = (what: string) => void

const logs = join(runFolder(), 'bench')

/**
 * Runs all rounds: in each everybody's scenes one after the other, in reversed order every other time. First the hop, B silent and B saying an
 * event in turn, then the dance, then `POST /orders`, each on a ground of its own. `step` is told of each scene.
 */
export const runRounds = async ({ rounds, hop, dance, http }: Plan, step: Step): Promise<Results> => {
  mkdirSync(logs, { recursive: true })
  await using collector = started({ args: ['infra/bench/collector.ts'], env: {} }, join(logs, 'collector.log'))
  const address = `http://127.0.0.1:${await collector.ask<number>()}`
  const { versions, ...rest } = circumstances()
  const done: Round[] = []
  const servers: Record<string, string> = {}
  if (hop)
    await on(hopLayout, async (ground) => {
      for (let round = 0; round < rounds; round++) {
        done.push(await once('hop', round, ground, hopContestants(ground, address, false), hop, step))
        done.push(await once('hop, B says an event', round, ground, hopContestants(ground, address, true), hop, step))
      }
      Object.assign(servers, await ground.versions())
    })
  if (dance) {
    const ports = { mail: await freePort(), smtp: await freePort() }
    await using mail = await runAlone(mailPart({ folder: logs, ports }))
    await on(danceLayout, async (ground) => {
      const contestants = await danceContestants(ground, address, String(mail.smtp))
      for (let round = 0; round < rounds; round++) done.push(await once('dance', round, ground, contestants, dance, step))
      Object.assign(servers, await ground.versions())
    })
  }
  if (http)
    await on(httpLayout, async (ground) => {
      const contestants = await httpContestants(ground, address)
      for (let round = 0; round < rounds; round++) done.push(await once('POST /orders', round, ground, contestants, http, step, playHttp))
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

const once = (
  kind: string,
  round: number,
  ground: Ground,
  all: readonly Contestant[],
  size: Size,
  step: Step,
  playing: Play = play,
): Promise<Round> =>
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
