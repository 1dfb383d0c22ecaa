import { type Context, context, type Span, trace } from '@opentelemetry/api'
import type { Command, Perform, Performed } from './command.ts'
import { batchSize, type Ground, partOf } from './ground.ts'
import { lane } from './lanes.ts'
import type { Event } from './messaging/envelope.ts'
import { saidIn, say } from './say.ts'
import { ordersOf, type States } from './store.ts'
import { tell } from './story.ts'
import type { Reaction } from './table.ts'
import { together } from './together.ts'
import { contextOf, failed, inOwnContext, spanLinkedTo } from './tracing.ts'

/** The spans that are begun, and what is told in them once it is committed. */
type Traced = { readonly spans: Span[]; readonly stories: (() => void)[] }
type Asked = { readonly command: Command; readonly at: Context }

/**
 * Performs what is asked over HTTP or by the clock, through the same transaction as events take, in a lane of its own; each command gets
 * its own result. What befalls an order later is traced where the order began, in a span linked with the one that acts.
 */
export const performing = <Db, State>(ground: Ground<Db, State>): Perform => {
  const { rows, evolve, initial, story } = partOf(ground.choreography)
  const saying = say(ground)

  const performTogether = async (asked: readonly Asked[]): Promise<Performed[]> => {
    const spans: Span[] = []
    const stories: (() => void)[] = []
    try {
      const { results, written } = await ground.transact(async (tx) => {
        const commands = asked.map(({ command }) => ({ ...command, begins: rows.get(command.type)?.begins }))
        const known = ordersOf(commands.filter(({ begins }) => !begins))
        const [, earlier, states] = await together(
          () => known.length > 0 && ground.inbox.lock(tx, known),
          () => ground.claims.claim(tx, commands),
          () => ground.store.load(tx, commands),
        )
        const results = asked.map((one, i) => earlier[i] ?? decide(one, states, { spans, stories }))
        const said = results.flatMap(saidIn)
        if (said.length === 0) return { results, written: [] }
        const [{ written }] = await together(
          () => ground.outbox.append(tx, said, []),
          () => ground.store.save(tx, states, said, commands),
        )
        return { results, written }
      })
      const said = results.flatMap(saidIn)
      if (said.length > 0) ground.spoken(said, written)
      for (const told of stories) told()
      return results
    } catch (error) {
      for (const span of spans) failed(span, error)
      throw error
    } finally {
      for (const span of spans) span.end()
    }
  }

  const decide = ({ command: { type, subject, data }, at }: Asked, states: States<State>, { spans, stories }: Traced): Performed => {
    const row = rows.get(type) as Reaction
    const known = states.get(subject) ?? initial
    const happenings = row.decide(known as never, data as never, undefined as never)
    if (happenings.length === 0) return { is: 'done', said: [] }
    const traceparent = states.traceparent?.(subject)
    const span = traceparent ? spanLinkedTo(type, contextOf({ traceparent }), at, {}) : undefined
    if (span) spans.push(span)
    const place = span ? trace.setSpan(at, span) : at
    const said: Event[] = happenings.map((what) => saying(subject, what, place))
    const after = said.reduce(evolve, known)
    states.set(subject, after)
    stories.push(() => tell(place, { 'order.id': subject, ...story(row, { before: known, known, after, said }) }))
    return { is: 'done', said }
  }

  const take = lane((asked: readonly Asked[]) => inOwnContext(asked, () => performTogether(asked)), {
    max: batchSize,
    common: ground.patient,
  })
  return (command) => {
    if (!rows.has(command.type)) throw new Error(`${ground.name} has no row for ${command.type}`)
    return take({ command, at: context.active() })
  }
}
