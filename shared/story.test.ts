import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { z } from 'zod'
import { choreography } from './choreography.ts'
import { says } from './events.ts'
import { storyOf } from './story.ts'
import type { Reaction } from './table.ts'

type Seat = { readonly status: 'free' | 'taken' | 'given back' }
const Show = z.object({ reason: z.string().optional() })
const part = choreography(
  {
    says: says('seat', { 'seat.taken': Show, 'seat.freed': Show, 'seat.refused': Show }),
    hears: says('show', { 'show.sold': Show, 'show.cancelled': Show }),
    initial: { status: 'free' } as Seat,
    evolve: (seat: Seat) => seat,
    status: ({ status }) => status,
    endings: { 'seat.refused': 'refused' },
  },
  ({ when }) => [
    when('show.sold', { decide: () => [], says: [] }),
    when('show.cancelled', { decide: () => [], says: [], undoes: 'seat.taken' }),
  ],
)
const [sold, cancelled] = part.reactions as [Reaction, Reaction]
const story = storyOf(part)
const free: Seat = { status: 'free' }
const taken: Seat = { status: 'taken' }
const back: Seat = { status: 'given back' }

suite('the story of a reaction', () => {
  test('tells what was said, and how the state went on', () => {
    const said = [{ type: 'seat.taken', data: {} }]
    assert.deepEqual(story(sold, { before: free, known: free, after: taken, said }), {
      'reaction.says': 'seat.taken',
      'reaction.state': 'free → taken',
    })
  })
  test('tells the reason, and the ending', () => {
    const said = [{ type: 'seat.refused', data: { reason: 'too late' } }]
    assert.deepEqual(story(sold, { before: free, known: free, after: free, said }), {
      'reaction.says': 'seat.refused',
      'reaction.reason': 'too late',
      'reaction.state': 'free',
      'order.ending': 'refused',
    })
  })
  test('knows a compensation by its row, and what it took back', () => {
    const said = [{ type: 'seat.freed', data: {} }]
    assert.deepEqual(story(cancelled, { before: taken, known: taken, after: back, said }), {
      'reaction.says': 'seat.freed',
      'reaction.state': 'taken → given back',
      compensation: true,
      compensates: 'seat.taken',
    })
  })
  test('a compensation that stands down in silence is one; one that finds nothing to undo is none', () => {
    const silent = { 'reaction.says': 'nothing' }
    assert.deepEqual(story(cancelled, { before: free, known: back, after: back, said: [] }), {
      ...silent,
      'reaction.state': 'free → given back',
      compensation: true,
    })
    assert.deepEqual(story(cancelled, { before: free, known: free, after: free, said: [] }), { ...silent, 'reaction.state': 'free' })
  })
  test('what comes too late to change anything names what cut it short', () => {
    assert.deepEqual(story(sold, { before: back, known: back, after: back, said: [] }), {
      'reaction.says': 'nothing',
      'reaction.state': 'given back',
      cut_short_by: 'show.cancelled',
    })
  })
})
