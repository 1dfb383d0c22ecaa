import type { Broker } from './broker.ts'
import type { Cast } from './cast.ts'
import type { Clock } from './clock.ts'
import { deadline, type Ensemble } from './ensemble.ts'
import type { Scheduler } from './scheduler.ts'
import type { Fault, Script } from './script.ts'
import type { World } from './world.ts'

type Stage = {
  readonly world: World
  readonly script: Script
  readonly clock: Clock
  readonly cast: Cast
  readonly dancers: Ensemble
  readonly mail: Broker
  readonly resend: () => void
}

/** The faults of one schedule. What it gives back takes a choice: a fault, or a step of whoever the choice falls upon. */
export const weather = ({ world, script, clock, cast, dancers, mail, resend }: Stage) => {
  const strike: Readonly<Record<Fault, (choice: number) => void>> = {
    'a crash': (choice) => dancers.crash(dancers.any(choice)),
    'a lost connection': (choice) => {
      const it = dancers.any(choice)
      world.note(it.self.name, 'loses a connection to the broker')
      it.loseConnection(choice >>> 8)
    },
    'a restart of the broker': () => {
      world.note('the broker', 'starts anew')
      for (const { loseConnections } of dancers.alive) loseConnections()
    },
    'a broker that is full': () => {
      world.note('the broker', 'takes nothing for a while')
      for (const { wait } of dancers.alive) wait()
    },
    'a database that is away': (choice) => {
      const { self } = dancers.any(choice)
      world.note(self.name, 'finds its database away')
      self.stumbles = true
    },
    'a duplicate': (choice) => {
      const type = mail.duplicate(choice)
      if (type) world.note('the broker', `delivers ${type} once more`)
    },
    'a pause': (choice) => clock.pass(1 + (choice % 3_000)),
    'a deadline': () => {
      world.note('the clock', `goes on by ${deadline} s`)
      clock.pass(deadline * 1_000)
    },
    'a crash of the bank': cast.bank.crash,
    'a crash of the mail server': cast.post.crash,
    'a redrive': resend,
  }
  const struck: Fault[] = []
  const level = Math.floor(0x10000 / script.every)

  const storm = ({ draw, step, waiting }: Scheduler): boolean => {
    const choice = draw()
    const height = 0xffff - (choice >>> 16)
    const kind = height < level ? script.faults[height % script.faults.length] : undefined
    if (kind) {
      strike[kind](choice & 0xffff)
      struck.push(kind)
    } else if (waiting() > 0) step(choice & 0xffff)
    else return false
    return true
  }
  return { struck, storm }
}
