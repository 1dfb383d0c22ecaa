import { isDeepStrictEqual } from 'node:util'
import { type Context, trace } from '@opentelemetry/api'
import type { Reaction } from './choreography.ts'
import { type Ground, partOf } from './ground.ts'
import type { Event } from './messaging/envelope.ts'
import { say } from './say.ts'
import { carrierOf, contextOf } from './tracing.ts'

/** An event that was delivered, in the context of its process span; with the answer to what was asked for it, and the state it was asked in. */
export type Heard = { readonly event: Event; readonly at: Context; readonly asked?: { readonly before: unknown; readonly answer: unknown } }

/** `changed`: what was known of the order has changed since the asking; it left nothing behind, and is to be asked again. */
export type Outcome = { readonly is: 'done'; readonly said: readonly Event[] } | { readonly is: 'duplicate' | 'changed' }

/**
 * The imperative shell: as many events as wait (one, at rest) share one transaction, in which locks and inbox, state, decision, state and
 * outbox follow each other. A duplicate changes nothing; a throw leaves nothing behind. Resolves after the commit.
 */
export const reactTogether = <Db, State>(ground: Ground<Db, State>) => {
  const { rows, evolve, initial } = partOf(ground.choreography)
  const saying = say(ground)

  return async (heard: readonly Heard[]): Promise<Outcome[]> => {
    const { outcomes, cues } = await ground.transact(async (tx) => {
      const fresh = await ground.inbox.begin(tx, heard.map(received))
      const first = heard.map(({ event }) => fresh.delete(event.id))
      const states = await ground.store.load(
        tx,
        heard.flatMap(({ event }, i) => (first[i] ? [event] : [])),
      )
      const stale = new Set<string>()
      const happened: Event[] = []

      const outcomes = heard.map(({ event, at, asked }, i): Outcome => {
        if (!first[i]) return { is: 'duplicate' }
        const known = evolve(states.get(event.subject) ?? initial, event)
        if (stale.has(event.subject) || (asked && !isDeepStrictEqual(known, asked.before))) {
          stale.add(event.subject)
          return { is: 'changed' }
        }
        const { decide } = rows.get(event.type) as Reaction
        const said = decide(known as never, event as never, asked?.answer as never).map((what) => saying(event.subject, what, at, event.id))
        states.set(event.subject, said.reduce(evolve, known))
        happened.push(event, ...said)
        return { is: 'done', said }
      })

      const again = heard.flatMap(({ event }, i) => (outcomes[i]?.is === 'changed' ? [event.id] : []))
      if (again.length > 0) await ground.inbox.forget(tx, again)
      if (happened.length > 0) await ground.store.save(tx, states, happened)
      return { outcomes, cues: await append(tx, outcomes, heard) }
    })
    if (outcomes.some((outcome) => outcome.is === 'done' && outcome.said.length > 0)) ground.spoken()
    linkCues(heard, outcomes, cues)
    return outcomes
  }

  async function append(tx: Db, outcomes: readonly Outcome[], heard: readonly Heard[]) {
    const said = outcomes.flatMap((outcome) => (outcome.is === 'done' ? outcome.said : []))
    if (said.length === 0) return []
    const causes = heard.flatMap(({ event }, i) => (saidSomething(outcomes[i]) ? [event.id] : []))
    return await ground.outbox.append(tx, said, causes)
  }
}

const received = ({ event: { id, subject }, at }: Heard) => ({ id, subject, traceparent: carrierOf(at).traceparent })

const saidSomething = (outcome: Outcome | undefined) => outcome?.is === 'done' && outcome.said.length > 0

/** An event that made its service speak completes what earlier ones of its order had begun in silence: its span links to theirs. */
const linkCues = (
  heard: readonly Heard[],
  outcomes: readonly Outcome[],
  cues: Awaited<ReturnType<Ground<never, never>['outbox']['append']>>,
) => {
  const place = new Map(heard.map(({ event }, i) => [event.id, i]))
  heard.forEach(({ event, at }, i) => {
    if (!saidSomething(outcomes[i])) return
    for (const cue of cues) {
      const index = place.get(cue.eventId) ?? -1
      if (cue.subject !== event.subject || index >= i || saidSomething(outcomes[index])) continue
      const context = trace.getSpanContext(contextOf(cue))
      if (context) trace.getSpan(at)?.addLink({ context })
    }
  })
}
