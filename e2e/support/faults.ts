import { expect } from '@playwright/test'
import { type PartName, partsIn } from './system.ts'

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
export const keptDown = async <T>(part: PartName, work: () => Promise<T>, folder?: string): Promise<T> => {
  let last = 0
  const kill = () => {
    const pid = partsIn(folder)[part]?.pid
    if (pid) signal([pid], 'SIGKILL')
    last = pid ?? last
  }
  const killing = setInterval(kill, 20)
  try {
    kill()
    return await work()
  } finally {
    clearInterval(killing)
    await back(part, last, folder)
  }
}

/** Stops processes as they are, as Ctrl-Z does, until `work` is done. */
export const frozen = async <T>(pids: readonly number[], work: () => Promise<T>): Promise<T> => {
  try {
    signal(pids, 'SIGSTOP')
    return await work()
  } finally {
    signal(pids, 'SIGCONT')
  }
}
