import { isDeepStrictEqual } from 'node:util'
import { type Attributes, type Context, trace } from '@opentelemetry/api'
import { type Ground, partOf } from './ground.ts'
import type { Event } from './messaging/envelope.ts'
import type { Appended } from './messaging/outbox.ts'
import { saidIn, say } from './say.ts'
import { concludes, tell } from './story.ts'
import type { Reaction } from './table.ts'
import { together } from './together.ts'
import { carrierOf, contextOf, mark } from './tracing.ts'

/** An event that was delivered, in the context of its process span; with the answer to what was asked for it, and the state it was asked in. */
export type Heard = { readonly event: Event; readonly at: Context; readonly asked?: { readonly before: unknown; readonly answer: unknown } }

type Stories = readonly (Attributes | undefined)[]

/** `changed`: what was known of the order has changed since the asking; it left nothing behind, and is to be asked again. */
export type Outcome = { readonly is: 'done'; readonly said: readonly Event[] } | { readonly is: 'duplicate' | 'changed' }

/**
 * The imperative shell: as many events as wait (one, at rest) share one transaction. It speaks to PostgreSQL three times, and waits
 * for each answer once: begin, the orders' locks, inbox and state; when it is decided, outbox and state; commit. A duplicate, be it in the same
 * batch, changes nothing; a throw leaves nothing behind. Resolves after the commit.
 */
export const reactTogether = <Db, State>(ground: Ground<Db, State>) => {
  const { rows, evolve, initial, story } = partOf(ground.choreography)
  const saying = say(ground)

  return async (heard: readonly Heard[]): Promise<Outcome[]> => {
    const { outcomes, stories, earlier, written } = await ground.transact(async (tx) => {
      for (const { at } of heard) mark(at, 'transaction', { 'messaging.batch.message_count': heard.length })
      const events = heard.map(({ event }) => event)
      const [fresh, states] = await together(
        () => ground.inbox.begin(tx, heard.map(received)),
        () => ground.store.load(tx, events),
      )
      const stale = new Set<string>()
      const happened: Event[] = []
      const stories: (Attributes | undefined)[] = []

      const outcomes = heard.map(({ event, at, asked }, i): Outcome => {
        if (!fresh.has(event.id)) return { is: 'duplicate' }
        const before = states.get(event.subject) ?? initial
        const known = evolve(before, event)
        if (stale.has(event.subject) || (asked && !isDeepStrictEqual(known, asked.before))) {
          stale.add(event.subject)
          return { is: 'changed' }
        }
        fresh.delete(event.id)
        const row = rows.get(event.type) as Reaction
        const happenings = row.decide(known as never, event as never, asked?.answer as never)
        const said = happenings.map((what) => saying(event.subject, what, at, event))
        const after = said.reduce(evolve, known)
        states.set(event.subject, after)
        stories[i] = story(row, { before, known, after, said })
        happened.push(event, ...said)
        return { is: 'done', said }
      })

      const again = heard.flatMap(({ event }, i) => (outcomes[i]?.is === 'changed' ? [event.id] : []))
      const [{ earlier, written }] = await together(
        () => append(tx, outcomes, heard, stories),
        () => happened.length > 0 && ground.store.save(tx, states, happened, events),
        () => again.length > 0 && ground.inbox.takeBack(tx, again),
      )
      return { outcomes, stories, earlier, written }
    })
    const said = outcomes.flatMap(saidIn)
    if (said.length > 0) ground.spoken(said, written)
    heard.forEach(({ at }, i) => {
      tell(at, stories[i])
    })
    linkCues(heard, stories, earlier)
    return outcomes
  }

  async function append(tx: Db, outcomes: readonly Outcome[], heard: readonly Heard[], stories: Stories): Promise<Appended> {
    const said = outcomes.flatMap(saidIn)
    const causes = heard.flatMap(({ event }, i) => (concludes(stories[i]) ? [event] : []))
    return said.length + causes.length > 0 ? await ground.outbox.append(tx, said, causes) : { written: [], earlier: [] }
  }
}

const received = ({ event: { id, subject }, at }: Heard) => ({ id, subject, traceparent: carrierOf(at).traceparent })

/** An event that made its service speak, or stand down, concludes what earlier ones of its order had begun in silence: its span links to theirs. */
const linkCues = (heard: readonly Heard[], stories: Stories, earlier: Appended['earlier']) => {
  const place = new Map(heard.map(({ event }, i) => [event.id, i]))
  heard.forEach(({ event, at }, i) => {
    if (!concludes(stories[i])) return
    for (const cue of earlier) {
      const index = place.get(cue.eventId) ?? -1
      if (cue.subject !== event.subject || index >= i || concludes(stories[index])) continue
      const context = trace.getSpanContext(contextOf(cue))
      if (context) trace.getSpan(at)?.addLink({ context })
    }
  })
}
