import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** How one part of the system runs. It may be spawned again and again, and answers at the same address each time. */
export type Part = {
  name: string
  /** What others are told of it: its url, and the like. */
  address: Record<string, string | number>
  /** The process whose death is the part's death. */
  spawn: () => ChildProcess
  /** Whether it does its work; throws when it never will. */
  answers: () => Promise<boolean>
  stopSignal: NodeJS.Signals
  log: string
  /** Clears away what the process leaves behind. */
  afterwards?: () => Promise<void>
}

/** Spawns a program of its own process group, so that Ctrl-C in a terminal reaches it only through whoever started it; its output goes to the log. */
export function spawnLogged(file: string, args: string[], log: string, options: SpawnOptions): ChildProcess {
  mkdirSync(dirname(log), { recursive: true })
  const output = openSync(log, 'a')
  const child = spawn(file, args, { detached: true, stdio: ['ignore', output, output], ...options })
  child.on('error', () => {})
  closeSync(output)
  return child
}

/** Resolves to true once the part answers, to false once its process has ended before. Rejects when it never will answer. */
export async function answering(part: Part, child: ChildProcess): Promise<boolean> {
  while (!(await part.answers())) {
    if (child.pid === undefined || hasEnded(child)) return false
    await delay(50)
  }
  return true
}

/** Asks the process to stop, kills it if it has not within the time, and clears away what it leaves. */
export async function stopped(part: Part, child: ChildProcess, withinMs: number): Promise<void> {
  if (child.pid !== undefined && !hasEnded(child)) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(part.stopSignal)
    const killing = setTimeout(() => child.kill('SIGKILL'), withinMs)
    await ended
    clearTimeout(killing)
  }
  await part.afterwards?.()
}

/** Whether the process is over. */
export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** The end of a log, to be shown when its part does not come up. */
export function lastLines(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15) : []
  return [`the last lines of ${log}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}
