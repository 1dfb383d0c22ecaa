import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { answering, lastLines, type Part, stopped } from './part.ts'

const firstDelay = 200
const longestDelay = 5_000
const steady = 10_000
const attempts = 3
const patience = 60_000

type Hooks = {
  /** A process has been spawned, or has ended (then undefined). */
  changed: (child: ChildProcess | undefined, restarts: number) => void
  answers: (restarts: number) => void
  say: (line: string) => void
}

export type Supervised = { up: Promise<void>; stop: (withinMs: number) => Promise<void> }

/**
 * Keeps a part running: started again when its process ends, after 0.2 s, doubling up to 5 s, and 0.2 s again once it has lived for 10 s.
 * `up` resolves when it answers for the first time, and rejects when it has ended three times before that, or 60 s have gone by.
 */
export function supervise(part: Part, hooks: Hooks): Supervised {
  const { promise: up, resolve, reject } = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const failed = (how: string) => reject(new Error(`${part.name} ${how}; ${lastLines(part.log)}`))
  const tooLate = setTimeout(() => failed('does not answer after 60 s'), patience)
  let child: ChildProcess
  let isUp = false

  const live = async (restarts: number): Promise<string> => {
    child = part.spawn()
    const ended = new Promise<string>((end) => {
      child.once('exit', (code, signal) => end(signal ? `was ended by ${signal}` : `ended with exit code ${code}`))
      child.once('error', ({ message }) => end(`does not start: ${message}`))
    })
    hooks.changed(child, restarts)
    answering(part, child).then((answers) => answers && welcome(restarts), reject)
    const how = await ended
    hooks.changed(undefined, restarts)
    return how
  }

  const welcome = (restarts: number) => {
    if (stopping.signal.aborted) return
    clearTimeout(tooLate)
    isUp = true
    hooks.answers(restarts)
    resolve()
  }

  const run = async () => {
    let wait = firstDelay
    for (let restarts = 0; !stopping.signal.aborted; restarts++) {
      const began = Date.now()
      const how = await live(restarts)
      if (stopping.signal.aborted) return
      if (!isUp && restarts + 1 === attempts) return failed(`${how}, ${attempts} times`)
      if (Date.now() - began > steady) wait = firstDelay
      hooks.say(`${how}; it is started again in ${wait / 1000} s`)
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => {})
      wait = Math.min(2 * wait, longestDelay)
    }
  }

  const running = run()
  return {
    up,
    stop: async (withinMs) => {
      stopping.abort()
      clearTimeout(tooLate)
      await stopped(part, child, withinMs)
      await running
    },
  }
}
