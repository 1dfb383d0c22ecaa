import { isDeepStrictEqual } from 'node:util'
import { type Attributes, type Context, trace } from '@opentelemetry/api'
import type { Choreography, Reaction } from './table.ts'

type Said = readonly { readonly type: string; readonly data: unknown }[]

/** What a reaction came to: the state before it heard anything, when it had heard, and after what it said. */
type Course<State> = { readonly before: State; readonly known: State; readonly after: State; readonly said: Said }

/** What a reaction came to, in the words of its table, as attributes of its span. */
export type Story<State> = (row: Reaction, course: Course<State>) => Attributes

/**
 * Tells of each reaction what it said and why, and the state before and after it. Where the row is a compensation that changed something,
 * `compensation` is true, and `compensates` names what was taken back; an event that came too late to change anything names what had
 * `cut_short_by` then ended the order; and what ends an order names its `order.ending`.
 */
export const storyOf = <State>({ reactions, status, endings = {} }: Choreography<State>): Story<State> => {
  const wordFor = status as ((state: State) => string) | undefined
  const undoing = reactions.find(({ undoes }) => undoes)?.when

  const cutShortBy = (state: State) => Object.keys(endings).find((type) => endings[type] === wordFor?.(state)) ?? undoing
  return ({ undoes }, { before, known, after, said }) => {
    const idle = said.length === 0 && isDeepStrictEqual(before, known)
    const reason = said.map(({ data }) => (data as { reason?: unknown }).reason).find((reason) => typeof reason === 'string')
    const ending = said.map(({ type }) => endings[type]).find(Boolean)
    return {
      'reaction.says': said.map(({ type }) => type).join(', ') || 'nothing',
      ...(reason && { 'reaction.reason': reason }),
      ...(wordFor && { 'reaction.state': way(wordFor(before), wordFor(after)) }),
      ...(undoes && !idle && { compensation: true, ...(said.length > 0 && { compensates: undoes }) }),
      ...(!undoes && idle && { cut_short_by: cutShortBy(before) }),
      ...(ending && { 'order.ending': ending }),
    }
  }
}

/** Tells on a span, where there is one, what came of it. */
export const tell = (at: Context, story: Attributes | undefined) => void (story && trace.getSpan(at)?.setAttributes(story))

/** Whether a reaction has brought to an end what earlier events had begun: it said something, or took something back. */
export const concludes = (story: Attributes | undefined) =>
  story !== undefined && (story['reaction.says'] !== 'nothing' || story['compensation'] === true)

const way = (before: string, after: string) => (before === after ? after : `${before} → ${after}`)
