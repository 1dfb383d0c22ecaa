import type { Circuit } from './circuit.ts'
import type { Event } from './messaging/envelope.ts'
import type { Written } from './messaging/fresh.ts'
import type { Claims } from './messaging/idempotency.ts'
import type { Inbox } from './messaging/inbox.ts'
import type { Outbox } from './messaging/outbox.ts'
import type { Store } from './store.ts'
import { type Story, storyOf } from './story.ts'
import type { Asks, Choreography, Reaction } from './table.ts'
import type { Transact } from './transaction.ts'

/**
 * What the shell stands on. In a service these are PostgreSQL and the system's clock; a simulation brings its own.
 * `patient` tells a fault of the ground (the database is away) from one of the work: such work is done again until it succeeds.
 * `circuit` is what asks go through; without one each is asked as it comes.
 * `spoken` is called after each commit that said something, with what it said, and the rows of the outbox in which that stands; once at most: not
 * when the process dies between the two, nor when the commit's answer is lost.
 */
export type Ground<Db, State> = {
  readonly name: string
  readonly choreography: Choreography<State>
  readonly db: Db
  readonly transact: Transact<Db>
  readonly inbox: Inbox<Db>
  readonly outbox: Outbox<Db>
  readonly claims: Claims<Db>
  readonly store: Store<Db, State>
  readonly asks: Asks
  readonly asksAtOnce: number
  readonly circuit?: Circuit
  readonly now: () => Date
  readonly newId: () => string
  readonly patient: (error: unknown) => boolean
  readonly spoken: (said: readonly Event[], written: readonly Written[]) => void
}

/** A choreography's table and fold, without the types that `choreography` has checked. */
export type Part<State> = {
  readonly rows: ReadonlyMap<string, Reaction>
  readonly evolve: (state: State, event: object) => State
  readonly initial: State
  readonly story: Story<State>
}

/** The part that a choreography plays, as the shell reads it. */
export const partOf = <State>(choreography: Choreography<State>): Part<State> => ({
  rows: new Map(choreography.reactions.map((reaction) => [reaction.when, reaction])),
  evolve: choreography.evolve as unknown as Part<State>['evolve'],
  initial: choreography.initial,
  story: storyOf(choreography),
})

/** How many deliveries, or commands, may share one transaction. */
export const batchSize = 100
