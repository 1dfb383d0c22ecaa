import type { Perform } from '@pas-de-cinq/shared/command'
import { deadlines } from '../../services/order/deadline.ts'
import type { Order } from '../../services/order/decisions.ts'
import type { Broker } from './broker.ts'
import type { Part } from './cast.ts'
import { type Instance, instance, type Seat } from './instance.ts'
import type { Mistake } from './mistakes.ts'
import type { World } from './world.ts'

const eachTwice = [1, 2]

/** After how many seconds an order is overdue. */
export const deadline = 900

export type Ensemble = ReturnType<typeof ensemble>

/** Two instances of each service; one that dies is started again. */
export const ensemble = (world: World, broker: Broker, parts: readonly Part[], mistake: Mistake) => {
  const alive: Instance[] = []
  const seats = new Map(parts.map((part): [Part, Seat] => [part, {}]))

  const start = (part: Part, nr: number) => {
    const it = instance(world, broker, part, nr, seats.get(part) as Seat, mistake)
    if (part.name === 'order') watchDeadlines(world, it)
    alive.push(it)
  }
  const crash = (it: Instance) => {
    it.crash()
    alive.splice(alive.indexOf(it), 1)
    for (const other of alive) if (other.part === it.part) other.compete()
    world.soon(undefined, () => start(it.part, Number(it.self.name.split('/')[1])))
  }
  for (const part of parts) for (const nr of eachTwice) start(part, nr)

  return {
    alive,
    any: (choice: number) => alive[choice % alive.length] as Instance,
    crash,
    /** asks one of the instances of order, whichever is alive */
    perform: (command: Parameters<Perform>[0]) => {
      const orders = alive.filter(({ part }) => part.name === 'order')
      return orders[world.draw() % orders.length]?.perform(command) ?? Promise.reject(new Error('nobody is there'))
    },
    /** who has not come to rest, and why */
    restless: (): string[] => [
      ...alive.filter((it) => it.unacked() > 0).map((it) => `${it.self.name} holds ${it.unacked()}`),
      ...parts
        .filter(({ plumbing }) => plumbing.waiting.rows.size > 0)
        .map(({ name, plumbing }) => `${plumbing.waiting.rows.size} in the outbox of ${name}`),
      ...parts.filter(({ db }) => db.open() > 0).map(({ name, db }) => `${db.open()} transactions open in ${name}`),
    ],
  }
}

const watchDeadlines = (world: World, { self, part: { db, states, ledger }, perform }: Instance) => {
  const at = db.reader(self)
  const open = () => [...states.rows].filter(([, state]) => (state as Order).status === 'placed').map(([id]) => id)
  const placed = () => new Map(ledger.rows.values().map(({ subject, type, time }) => [type === 'order.placed' ? subject : '', time]))
  const oldestOpen = (limit: number) =>
    db.statement(at, () => {
      const times = placed()
      return open()
        .map((id) => ({ id, placedAt: new Date(times.get(id) ?? 0) }))
        .slice(0, limit)
    })
  deadlines({ oldestOpen, perform, log: { warn: () => {} }, seconds: deadline, now: world.now })
}
