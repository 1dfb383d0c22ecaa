import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect } from '@playwright/test'
import { type PartName, partsIn } from './system.ts'

type Process = { pid: number; parent: number }

const processes = (): Process[] => {
  const rows = existsSync('/proc/self')
    ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [statOf(name)] : []))
    : execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')
  return rows.map((row) => row.trim().split(/\s+/).map(Number)).map(([pid = 0, parent = 0]) => ({ pid, parent }))
}

const statOf = (pid: string) => {
  const stat = readOr(`/proc/${pid}/stat`)
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0}`
}

const readOr = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** A process and all that descend from it. */
export const familyOf = (pid: number, all = processes()): number[] => [
  pid,
  ...all.filter(({ parent }) => parent === pid).flatMap((child) => familyOf(child.pid, all)),
]

export const signal = (pids: readonly number[], name: NodeJS.Signals) => {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {} // it has gone meanwhile
}

/** Resolves once another process than that one is the part, and answers. */
const back = (part: PartName, pid: number, folder?: string) =>
  expect(() => {
    const now = partsIn(folder)[part]
    expect(now).toMatchObject({ ready: true, pid: expect.any(Number) })
    expect(now?.pid).not.toBe(pid)
  }, `${part} is back`).toPass({ timeout: 60_000, intervals: [50] })

/** `kill -9` of a part; resolves once it is back. */
export const killed = async (part: PartName, folder?: string) => {
  const pid = partsIn(folder)[part]?.pid ?? 0
  process.kill(pid, 'SIGKILL')
  await back(part, pid, folder)
}

/** Kills a part as often as it is started again, until `work` is done; resolves once it is back. */
export const keptDown = async (part: PartName, work: () => Promise<unknown>, folder?: string) => {
  let last = 0
  const kill = () => {
    const pid = partsIn(folder)[part]?.pid
    if (pid) signal([pid], 'SIGKILL')
    last = pid ?? last
  }
  const killing = setInterval(kill, 20)
  try {
    kill()
    await work()
  } finally {
    clearInterval(killing)
  }
  await back(part, last, folder)
}

/** Stops processes as they are, as Ctrl-Z does, until `work` is done. */
export const frozen = async (pids: readonly number[], work: () => Promise<unknown>) => {
  try {
    signal(pids, 'SIGSTOP')
    await work()
  } finally {
    signal(pids, 'SIGCONT')
  }
}
