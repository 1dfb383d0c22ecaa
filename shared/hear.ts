import { context } from '@opentelemetry/api'
import pLimit from 'p-limit'
import type { Circuit } from './circuit.ts'
import { passing } from './crash.ts'
import { DatabaseAway } from './database-faults.ts'
import { batchSize, type Ground, partOf } from './ground.ts'
import { inTime } from './in-time.ts'
import { lane } from './lanes.ts'
import { patiently } from './patiently.ts'
import { type Heard, type Outcome, reactTogether } from './react.ts'
import type { Reaction } from './table.ts'
import { inOwnContext } from './tracing.ts'

const askTimeout = 30_000

/**
 * Takes one delivered event to its end: asks the outside where its row asks, then lets it share a transaction with whatever waits.
 * At most `asksAtOnce` are asked at a time and one per order, each in its own delivery's trace context; what the inbox knows asks nobody.
 * While what is asked is away they wait, and the others go on. A transaction that takes too long is done again one by one, and fails who alone
 * takes too long. Resolves after the commit. @throws what the decision, the save or the outside threw; that an ask took longer than 30 s
 */
export const hearing = <Db, State>(ground: Ground<Db, State>) => {
  const { rows, evolve, initial } = partOf(ground.choreography)
  const { patient } = ground
  const slot = pLimit(ground.asksAtOnce)
  const asking: Circuit['ask'] = ground.circuit?.ask ?? ((_, put) => slot(put))
  const react = reactTogether(ground)
  const take = lane((heard: readonly Heard[]) => inOwnContext(heard, () => react(heard)), {
    max: batchSize,
    patient,
    more: () => slot.pendingCount > 0,
  })
  const inTurn = turns()

  const lookTogether = async (heard: readonly Heard[]) => {
    const events = heard.map(({ event }) => event)
    const ids = events.map(({ id }) => id)
    const [known, states] = await Promise.all([ground.inbox.known(ground.db, ids), ground.store.load(ground.db, events)])
    return events.map((event) => (known.has(event.id) ? undefined : { before: evolve(states.get(event.subject) ?? initial, event) }))
  }
  const look = lane((heard: readonly Heard[]) => inOwnContext(heard, () => lookTogether(heard)), { max: batchSize, patient })

  const askAndTake = async (heard: Heard, name: string): Promise<Outcome> => {
    const question = ground.asks[name]
    if (!question) throw new Error(`${ground.name} cannot ask: there is no ${name}`)
    for (;;) {
      const seen = await look(heard)
      if (!seen) return { is: 'duplicate' }
      const put = () =>
        context.with(heard.at, () => withinTime((signal) => question(heard.event as never, seen.before as never, signal), name))
      const answer = await asking(heard.event.subject, () => patiently(put, (error) => error instanceof DatabaseAway), slot)
      passing('after ask before commit')
      const outcome = await take({ ...heard, asked: { before: seen.before, answer } })
      if (outcome.is !== 'changed') return outcome
    }
  }

  return async (heard: Heard): Promise<Outcome> => {
    const { ask: name } = rows.get(heard.event.type) as Reaction
    if (name) return inTurn(heard.event.subject, () => askAndTake(heard, name))
    for (;;) {
      const outcome = await take(heard)
      if (outcome.is !== 'changed') return outcome
    }
  }
}

/** Work of one subject, one after the other. */
const turns = () => {
  const last = new Map<string, Promise<unknown>>()
  return async <T>(subject: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(subject) ?? Promise.resolve()).then(work, work)
    last.set(subject, mine)
    try {
      return await mine
    } finally {
      if (last.get(subject) === mine) last.delete(subject)
    }
  }
}

/** What is given up is told so by the signal: it must not go on behind the back of the next attempt. */
const withinTime = <T>(ask: (signal: AbortSignal) => Promise<T>, name: string): Promise<T> => {
  const asking = new AbortController()
  const late = () => {
    const error = new Error(`${name}: no answer within ${askTimeout / 1_000} s`)
    asking.abort(error)
    return error
  }
  return inTime(askTimeout, () => ask(asking.signal), late)
}
