import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beginningOf } from './processes.ts'

export type PartState = { url: string; pid?: number; container?: string; began?: string; ready: boolean; restarts: number } & Record<
  string,
  unknown
>

/** What `state.json` says: the processes, or containers, of the running system. `began` tells one from a later one with the same pid or name. */
export type State = {
  supervisor: { pid: number; began: string }
  ready: boolean
  stopping?: boolean
  parts: Record<string, PartState>
}

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The folder of the run's data, logs and state: `PAS_DE_CINQ_RUN`, else `.run` in the repository. */
export const runFolder = (): string => resolve(repository, process.env['PAS_DE_CINQ_RUN'] || '.run')

const stateFile = (folder: string) => join(folder, 'state.json')

/** What `state.json` says, or undefined if there is none. */
export function readState(folder: string): State | undefined {
  return existsSync(stateFile(folder)) ? JSON.parse(readFileSync(stateFile(folder), 'utf8')) : undefined
}

/** The system that runs in that folder, or undefined if none does. */
export function runningIn(folder: string): State | undefined {
  const state = readState(folder)
  return state && isSame(state.supervisor) ? state : undefined
}

/** The system that runs in that folder and goes on: one that is just being stopped is waited for. */
export async function stayingIn(folder: string): Promise<State | undefined> {
  for (let told = false; runningIn(folder)?.stopping; told = true) {
    if (!told) console.log('It is just being stopped; starting once that is done …')
    await delay(200)
  }
  return runningIn(folder)
}

export const isSame = ({ pid, began }: { pid?: number; began?: string }): boolean => pid !== undefined && beginningOf(pid) === began

/** Replaces `state.json` in one step. */
export function writeState(folder: string, state: State): void {
  const next = `${stateFile(folder)}.next`
  mkdirSync(folder, { recursive: true }) // whoever has deleted it can still stop what runs
  writeFileSync(next, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  renameSync(next, stateFile(folder))
}

/** Takes the folder for this process alone. False if another process has it; what a dead one has left must have been cleared away before. */
export function claim(folder: string, state: State): boolean {
  mkdirSync(folder, { recursive: true })
  const mine = `${stateFile(folder)}.${process.pid}`
  writeFileSync(mine, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  try {
    linkSync(mine, stateFile(folder))
    return true
  } catch {
    return false
  } finally {
    rmSync(mine)
  }
}

/** Gives the folder back. */
export const release = (folder: string): void => rmSync(stateFile(folder), { force: true })
