import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { Happening } from '@pas-de-cinq/shared/events'
import type { Choreography } from '@pas-de-cinq/shared/table'

/** An event to hear, and what the outside answers, where it is asked. */
export type Cue<State> = { readonly event: Happening; readonly answer?: (known: State) => unknown }

type Parts<State> = {
  readonly states: Readonly<Record<string, State>>
  readonly cues: Readonly<Record<string, Cue<State>>>
  readonly said: Readonly<Record<string, Happening>>
}
type Cell = { readonly given: string; readonly when: string; readonly says: readonly string[]; readonly then: string }

/**
 * Tests the whole grid of a service, a test for each cell of `table`: a row per state, a column per cue, and in the cell what is said and,
 * after an arrow, the state that follows; `–` where nothing is said and nothing changes. The names are those of `states`, `cues`, `said`.
 * Fails too when a reaction has no column, when a state that can be reached has no row, and when a row's state cannot be reached.
 */
export const grid = <State>(part: Choreography<State>, { states, cues, said }: Parts<State>, table: string) => {
  const named = <T>(of: Readonly<Record<string, T>>, name: string): T => of[name] ?? assert.fail(`nothing is called "${name}"`)

  for (const { given, when, says, then } of cellsOf(table))
    test(`${given} · when ${when}: says ${says.join(' and ') || 'nothing'}${then === given ? '' : `, is then ${then}`}`, () => {
      const outcome = hear(part, named(states, given), named(cues, when))
      assert.deepEqual(outcome, { said: says.map((name) => named(said, name)), state: named(states, then) })
    })

  test('the grid has a column for every reaction', () => {
    const heard = Object.values(cues).map(({ event }) => event.type)
    assert.deepEqual([...new Set(heard)].sort(), part.reactions.map(({ when }) => when).sort())
    assert.deepEqual([...new Set(cellsOf(table).map(({ when }) => when))].sort(), Object.keys(cues).sort())
  })

  test('the grid has a row for every state that can be reached, and for no other', () => {
    const reached: State[] = [part.initial]
    for (const state of reached)
      for (const { state: next } of Object.values(cues).map((cue) => hear(part, state, cue)))
        if (!reached.some((one) => isDeepStrictEqual(one, next))) reached.push(next)
    const names = reached.map(
      (state) => Object.keys(states).find((name) => isDeepStrictEqual(states[name], state)) ?? JSON.stringify(state),
    )
    assert.deepEqual(names.sort(), Object.keys(states).sort())
    assert.deepEqual([...new Set(cellsOf(table).map(({ given }) => given))].sort(), Object.keys(states).sort())
  })
}

/** Hears one cue as the shell does: `heard → evolve → decide → said → evolve`. */
export const hear = <State>({ reactions, evolve, initial }: Choreography<State>, state: State = initial, { event, answer }: Cue<State>) => {
  const { decide, from } = reactions.find(({ when }) => when === event.type) ?? assert.fail(`${event.type} is not heard`)
  const fold = evolve as unknown as (state: State, event: Happening) => State
  const known = fold(state, event)
  const said = decide(known as never, (from === 'outside' ? event.data : event) as never, answer?.(known) as never) as Happening[]
  return { said, state: said.reduce(fold, known) }
}

const cellsOf = (table: string): Cell[] => {
  const [[, ...whens] = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return rows.flatMap(([given = '', ...cells]) => whens.map((when, i) => ({ given, when, ...outcomeOf(cells[i] ?? '–', given) })))
}

const outcomeOf = (cell: string, given: string) => {
  const [says = '', then = given] = cell === '–' ? [] : cell.split('→').map((part) => part.trim())
  return {
    says: says
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
    then,
  }
}
