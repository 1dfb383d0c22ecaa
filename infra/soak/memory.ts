import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { docker } from '../compose/docker.ts'
import type { PartState } from '../native/run-folder.ts'

export type Memory = Readonly<Record<string, number>>
type Process = { readonly pid: number; readonly parent: number; readonly resident: number }

/** MiB of memory that each part takes now: a process with all its children, what they share counted once where the system tells; or a container. */
export const memoryOf = async (parts: Readonly<Record<string, PartState>>): Promise<Memory> => {
  const all = Object.entries(parts)
  const inContainers = all.some(([, { container }]) => container)
  const measured = inContainers ? await containers() : await processes()
  return Object.fromEntries(await Promise.all(all.map(async ([name, part]) => [name, await measured(part)] as const)))
}

const containers = async () => {
  const lines = (await docker('stats', '--no-stream', '--format', '{{.ID}} {{.MemUsage}}')).split('\n')
  const taken = lines.map((line) => /^(\S+) ([\d.]+)(KiB|MiB|GiB) /.exec(line) ?? [])
  const unit: Record<string, number> = { KiB: 1 / 1_024, MiB: 1, GiB: 1_024 }
  return async ({ container = '-' }: PartState) => {
    const [, , number, of = ''] = taken.find(([, id = '?']) => container.startsWith(id)) ?? []
    return Number(number ?? 0) * (unit[of] ?? 0)
  }
}

const processes = async () => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss='])
  const all = stdout.split('\n').map((line): Process => {
    const [pid = 0, parent = 0, resident = 0] = line.trim().split(/\s+/).map(Number)
    return { pid, parent, resident }
  })
  const children = Map.groupBy(all, ({ parent }) => parent)
  const family = (one: Process): Process[] => [one, ...(children.get(one.pid) ?? []).flatMap(family)]
  return async ({ pid }: PartState) => {
    const found = all.find((one) => one.pid === pid)
    const sizes = await Promise.all(found ? family(found).map(proportional) : [])
    return sizes.reduce((sum, size) => sum + size, 0) / 1_024
  }
}

/** KiB: on Linux its share of what it shares, else all that is resident. */
const proportional = async ({ pid, resident }: Process): Promise<number> => {
  const file = `/proc/${pid}/smaps_rollup`
  const text = existsSync(file) ? await readFile(file, 'utf8').catch(() => '') : ''
  return Number(/^Pss: +(\d+) kB$/m.exec(text)?.[1] ?? resident)
}
