import type { Choreography, Reaction } from '@pas-de-cinq/shared/table'
import type { Mistake } from '../mistakes.ts'

type Heard = { readonly type: string; readonly data: { readonly orderId: string } }
type Evolve<State> = (state: State, event: Heard) => State
type Decide<State> = (state: State, event: Heard, answer: never) => readonly object[]

const inTable = (service: string, other: (table: Choreography) => Partial<Choreography>): Mistake => ({
  table: (name, table) => (name === service ? { ...table, ...other(table) } : table),
})

/** The service has no row for that event. */
export const deaf = (service: string, ...to: string[]) =>
  inTable(service, ({ reactions }) => ({ reactions: reactions.filter(({ when }) => !to.includes(when)) }))

/** The row decides otherwise. */
export const deciding = <State>(service: string, on: string, otherwise: (sound: Decide<State>) => Decide<State>) =>
  inTable(service, ({ reactions }) => ({
    reactions: reactions.map((row): Reaction => {
      return row.when === on ? { ...row, decide: otherwise(row.decide as unknown as Decide<State>) as Reaction['decide'] } : row
    }),
  }))

/** The service folds otherwise. */
export const evolving = <State>(service: string, otherwise: (sound: Evolve<State>) => Evolve<State>) =>
  inTable(service, ({ evolve }) => ({ evolve: otherwise(evolve as unknown as Evolve<State>) as unknown as Choreography['evolve'] }))

/** The fold passes over an event in some states. */
export const passingOver = <State>(service: string, type: string, where: (state: State) => boolean = () => true) =>
  evolving<State>(service, (sound) => (state, event) => (event.type === type && where(state) ? state : sound(state, event)))

/** The decision takes the order for one in that state, whatever it is in. */
export const whatever =
  (state: object) =>
  (sound: Decide<object>): Decide<object> =>
  (_, event, answer) =>
    sound(state, event, answer)
