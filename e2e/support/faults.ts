import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from '@playwright/test'
import { familyOf } from './processes.ts'
import { type Part, type PartName, partsIn } from './system.ts'

export const signal = (pids: readonly number[], name: NodeJS.Signals) => {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {} // it has gone meanwhile
}

export const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim()

const partOf = (name: PartName, folder?: string): Part => partsIn(folder)[name] ?? { url: '' }

/** Resolves once the part has begun anew, and answers. */
const back = (name: PartName, { began }: Part, folder?: string) =>
  expect(() => {
    const now = partOf(name, folder)
    expect(now.ready).toBe(true)
    expect(now.began).not.toBe(began)
  }, `${name} is back`).toPass({ timeout: 90_000, intervals: [50] })

/** `kill -9` of a part; resolves once it is back. */
export const killed = async (name: PartName, folder?: string) => {
  const part = partOf(name, folder)
  await (part.container ? docker('kill', part.container) : process.kill(part.pid ?? 0, 'SIGKILL'))
  await back(name, part, folder)
}

/** Kills a part, as often as it is started again, until `work` is done; resolves once it is back. */
export const keptDown = async <T>(name: PartName, work: () => Promise<T>, folder?: string): Promise<T> => {
  let last = partOf(name, folder)
  const { container } = last
  if (container) {
    await docker('stop', '--time', '0', container)
    try {
      return await work()
    } finally {
      await docker('start', container)
      await back(name, last, folder)
    }
  }
  const kill = () => {
    const part = partOf(name, folder)
    if (!part.pid) return
    signal([part.pid], 'SIGKILL')
    last = part
  }
  const killing = setInterval(kill, 20)
  try {
    kill()
    return await work()
  } finally {
    clearInterval(killing)
    await back(name, last, folder)
  }
}

/** Stops a part as it is, as Ctrl-Z does, until `work` is done. */
export const frozen = async <T>(name: PartName, work: () => Promise<T>, folder?: string): Promise<T> => {
  const { container, pid = 0 } = partOf(name, folder)
  const family = container ? [] : familyOf(pid)
  try {
    await (container ? docker('pause', container) : signal(family, 'SIGSTOP'))
    return await work()
  } finally {
    await (container ? docker('unpause', container) : signal(family, 'SIGCONT'))
  }
}

/** Deletes all that the broker, which is down, has kept. */
export const brokerForgotten = async (folder = process.env['E2E_RUN'] ?? '') => {
  const { container } = partOf('rabbitmq', folder)
  if (!container) return rmSync(join(folder, 'rabbitmq/data'), { recursive: true })
  const image = await docker('inspect', '--format', '{{.Config.Image}}', container)
  await docker('run', '--rm', '--user', '0', '--volumes-from', container, '--entrypoint', 'sh', image, '-c', 'rm -rf /var/lib/rabbitmq/*')
}
