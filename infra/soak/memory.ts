import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { docker } from '../compose/docker.ts'
import { processes as everyProcess, familyOf, readOr } from '../native/family.ts'
import type { PartState } from '../native/run-folder.ts'

/** Of each part, by its name: how much memory it takes, in MiB, and since when it runs. */
export type Sample = Readonly<Record<string, { readonly takes: number; readonly began: string | undefined }>>

/** What each part takes now: a process with all its children, what they share counted once where the system tells; or a container. */
export const memoryOf = async (parts: Readonly<Record<string, PartState>>): Promise<Sample> => {
  const all = Object.entries(parts)
  const inContainers = all.some(([, { container }]) => container)
  const measured = inContainers ? await containers() : processes()
  return Object.fromEntries(
    await Promise.all(all.map(async ([name, part]) => [name, { takes: await measured(part), began: part.began }] as const)),
  )
}

const containers = async () => {
  const lines = (await docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}')).split('\n')
  const taken = lines.map((line) => /^(\S+) ([\d.]+)(KiB|MiB|GiB) /.exec(line) ?? [])
  const unit: Record<string, number> = { KiB: 1 / 1_024, MiB: 1, GiB: 1_024 }
  return async ({ container = '-' }: PartState) => {
    const [, , number, of = ''] = taken.find(([, name]) => name === container) ?? []
    return Number(number ?? 0) * (unit[of] ?? 0)
  }
}

const processes = () => {
  const all = everyProcess()
  return async ({ pid }: PartState) => (pid === undefined ? 0 : familyOf(pid, all).reduce((sum, one) => sum + kibibytesOf(one), 0) / 1_024)
}

/** On Linux its share of what it shares, else all that is resident. */
const kibibytesOf = (pid: number): number =>
  existsSync('/proc/self')
    ? Number(/^Pss: +(\d+) kB$/m.exec(readOr(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)
    : Number(execFileSync('ps', ['-p', String(pid), '-o', 'rss='], { encoding: 'utf8' }))
