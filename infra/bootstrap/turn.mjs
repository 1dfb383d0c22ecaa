import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from './needs.mjs'

const turn = `${root}.run/installing`

/** Runs a task while no other process in this repository runs one: two that start at once must not install at once. */
export async function inTurn(task) {
  mkdirSync(`${root}.run`, { recursive: true })
  while (!take()) {
    if (isAlive(holder())) await delay(200)
    else rmSync(turn, { force: true })
  }
  process.once('exit', giveBack)
  await task()
  process.off('exit', giveBack)
  giveBack()
}

function take() {
  const mine = `${turn}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    linkSync(mine, turn)
    return true
  } catch {
    return false
  } finally {
    rmSync(mine)
  }
}

const giveBack = () => rmSync(turn, { force: true })

const holder = () => (existsSync(turn) ? Number(readFileSync(turn, 'utf8')) : 0)

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
