import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { repository, runFolder } from '../native/run-folder.ts'
import type { Counts } from './count.ts'
import { syncing } from './syncing.ts'

/** What a scene came to: milliseconds, or orders per second. */
export type Scene = { readonly counts: Counts; readonly figures: Readonly<Record<string, number>> }
export type Scenes = Readonly<Record<string, Scene>>

/** Everybody's scenes, once, in the order in which they were run. */
export type Round = {
  readonly kind: string
  readonly contestants: Readonly<Record<string, Scenes>>
  /** while each of them ran, the share of the CPU wanted that the host gave to others, from 0 to 1; not known of earlier runs */
  readonly stolen?: Readonly<Record<string, number>>
}

/** The raw figures of a run, and where they come from. */
export type Results = {
  readonly at: string
  readonly commit: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGb: number
    readonly system: string
    /** milliseconds that its disk takes to keep a page; not known of earlier runs */
    readonly syncMs?: number
  }
  readonly versions: Readonly<Record<string, string>>
  /** the load average of the machine before the run */
  readonly load: number
  readonly rounds: readonly Round[]
}

/** A scene in which something was lost, doubled or stuck counts for nothing. */
export const isVoid = ({ counts: { lost, doubled, stuck } }: Scene): boolean => lost > 0 || doubled > 0 || stuck > 0

/** The scenes that count for nothing, each with what has become of its orders. */
export const voids = ({ rounds }: Pick<Results, 'rounds'>): string[] =>
  rounds.flatMap(({ kind, contestants }) =>
    Object.entries(contestants).flatMap(([name, scenes]) =>
      Object.entries(scenes).flatMap(([scene, one]) => (isVoid(one) ? [`${kind}, ${name}, ${scene}: ${JSON.stringify(one.counts)}`] : [])),
    ),
  )

/** Where and of what this run is; a commit with changes on top says so. */
export const circumstances = (): Omit<Results, 'rounds'> => ({
  at: new Date().toISOString(),
  commit: commit(),
  machine: {
    cpu: cpus()[0]?.model.trim() ?? '',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: type(),
    syncMs: syncing(runFolder()),
  },
  load: loadavg()[0] ?? 0,
  versions: {
    node: process.versions.node,
    ...Object.fromEntries(['@prisma/client', 'pg', 'amqplib'].map((name) => [name, versionOf(name)])),
  },
})

const versionOf = (name: string): string => JSON.parse(readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8')).version

/** The commit that is checked out; `changed`, if something is on top of it. */
export const commit = (): string => {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return `${git('rev-parse', '--short', 'HEAD').trim()}${git('status', '--porcelain') ? ', changed' : ''}`
  } catch {
    return 'unknown'
  }
}
