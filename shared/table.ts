import type { Language } from './events.ts'
import type { Route } from './http.ts'

type Said = readonly { readonly type: string; readonly data: unknown }[]

/** One row of a reactions table. `never` erases the row's own types; `choreography` has checked them. */
export type Reaction = {
  /** an event's type, or the name of a command */
  readonly when: string
  readonly from: 'another service' | 'outside'
  readonly ask?: string
  readonly decide: (state: never, event: never, answer: never) => Said
  readonly says: readonly string[]
  readonly begins?: true
  readonly undoes?: string
}

/** A choreography whose own types are erased: what the shell, the topology and the diagram work with. */
export type Choreography<State = unknown> = {
  readonly says: Language
  readonly hears: Language
  readonly initial: State
  readonly evolve: (state: never, event: never) => State
  readonly status?: (state: never) => string
  readonly endings?: Endings
  readonly unheard?: readonly string[]
  readonly holds?: 'nothing'
  readonly reactions: readonly Reaction[]
}

/** The routes whose command begins an order. */
export const beginnings = ({ reactions }: Pick<Choreography, 'reactions'>): Route[] =>
  reactions.filter(({ begins }) => begins).map(({ when }) => when as Route)

/** Event type → how the order has ended with it. */
export type Endings = { readonly [type: string]: string }

/**
 * What a service may ask the outside: name → question. It is given by `runService`; the table only knows its type. The signal says that
 * nobody waits for the answer any longer.
 */
export type Asks = { readonly [name: string]: (event: never, state: never, signal: AbortSignal) => Promise<unknown> }
