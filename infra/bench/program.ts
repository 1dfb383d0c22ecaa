import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { hasEnded, lastLines } from '../native/part.ts'
import { repository } from '../native/run-folder.ts'

/** A program of a contestant's: how it is started, and with what. */
export type Program = { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv }
export type Running = AsyncDisposable & {
  readonly pid: number
  readonly spawnedAt: number
  /** rejects once the process has ended */
  readonly over: Promise<never>
  readonly ask: <T>(task?: object) => Promise<T>
  readonly stop: () => Promise<void>
}

const longestStop = 10_000
const { PATH, HOME } = process.env // of all that this process is told, no more: the rest may tell a service how to be

/** Starts a program as a process of its own that logs to `log`. `ask` gives it a task, if any, and resolves to what it answers, or to its first word. */
export const started = ({ args, env }: Program, log: string): Running => {
  const output = openSync(log, 'a')
  const spawnedAt = Date.now()
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { PATH, HOME, HOST: '127.0.0.1', NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/compile'), ...env },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  const over = ended(child, args, log)
  over.catch(() => {})
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    if (hasEnded(child)) return
    const killing = setTimeout(kill, longestStop)
    child.kill('SIGTERM')
    await once(child, 'exit')
    clearTimeout(killing)
  }
  return {
    pid: child.pid ?? 0,
    spawnedAt,
    over,
    ask: async <T>(task?: object) => {
      if (task) child.send(task)
      const [answer] = await Promise.race([once(child, 'message'), over])
      return answer as T
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const ended = async (child: ChildProcess, args: readonly string[], log: string): Promise<never> => {
  if (!hasEnded(child)) await once(child, 'exit')
  throw new Error(`${args.join(' ')} has ended; ${lastLines(log)}`)
}
