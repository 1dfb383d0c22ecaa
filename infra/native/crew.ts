import { type Say, shown } from './output.ts'
import type { Part } from './part.ts'
import { beginningOf } from './processes.ts'
import { type PartState, type State, writeState } from './run-folder.ts'
import { type Supervised, supervise } from './supervise.ts'

export type Crew = {
  /** Starts a part and keeps it running; resolves once it answers. */
  run: (part: Part, whenStartedAgain?: () => Promise<void>) => Promise<Part>
  /** Stops parts together, by force after that time. */
  stop: (names: string[], withinMs: number) => Promise<void>
  names: () => string[]
  /** Takes on no part any more. */
  close: () => void
}

/** The parts under supervision, with `state.json` always saying how they are. */
export function crew(folder: string, state: State, say: Say): Crew {
  const members = new Map<string, Supervised>()
  let closed = false

  const run = async (part: Part, whenStartedAgain = async () => {}) => {
    if (closed) throw new Error(`${part.name} is not started: everything is being stopped`)
    let began = Date.now()
    const entry: PartState = { url: '', ...part.address, ready: false, restarts: 0 }
    const changed = (change: Partial<PartState>) => {
      state.parts[part.name] = Object.assign(entry, change)
      if (!entry.pid) {
        delete entry.pid
        delete entry.began
      }
      writeState(folder, state)
    }
    const member = supervise(part, {
      say: (line) => say(part.name, line),
      changed: (child, restarts) => {
        began = Date.now()
        const pid = child?.pid ?? 0
        changed({ pid, began: pid ? beginningOf(pid) : '', ready: false, restarts })
      },
      answers: (restarts) => {
        changed({ ready: true })
        say(
          part.name,
          `is up${restarts === 0 ? '' : ' again'} at ${shown(part.address['url'])} after ${((Date.now() - began) / 1000).toFixed(1)} s`,
        )
        if (restarts > 0) whenStartedAgain().catch((error) => say(part.name, error.message))
      },
    })
    members.set(part.name, member)
    await member.up
    return part
  }

  const stop = async (names: string[], withinMs: number) => {
    await Promise.all(names.map((name) => members.get(name)?.stop(withinMs)))
    for (const name of names) {
      members.delete(name)
      delete state.parts[name]
    }
    writeState(folder, state)
  }

  const close = () => {
    closed = true
  }
  return { run, stop, close, names: () => [...members.keys()] }
}
