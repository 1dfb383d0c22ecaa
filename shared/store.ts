import type { Event } from './messaging/envelope.ts'

/**
 * What was loaded of some orders. A `Map` will do; where orders share rows, `get` and `set` put them together and apart.
 * `traceparent` is the context in which an order began, where the service keeps it: what befalls the order later is traced there.
 */
export type States<State> = {
  get: (orderId: string) => State | undefined
  set: (orderId: string, state: State) => unknown
  traceparent?: (orderId: string) => string | undefined
}

/** What is about to be decided: an event that was heard, or a command. With one that `begins` its order there is nothing of it to load yet. */
export type Cue = { readonly type: string; readonly subject: string; readonly data: unknown; readonly begins?: boolean | undefined }

/**
 * Where a service keeps what it knows of its orders.
 * `load` gets all cues of one transaction at once, those heard before among them; their orders, but those that begin, are locked before its
 * statements are done.
 * Rows that orders share are locked here, in one fixed order. Before an ask it is called outside of a transaction too, where raw queries go by
 * Prisma: they read types that both it and pg tell alike (no bigint, numeric or date).
 * `save` gets every event that this transaction has heard and said, in order: the orders it has to save are their subjects; and the cues again.
 * Both take few statements, however many orders there are.
 */
export type Store<Db, State> = {
  load: (db: Db, cues: readonly Cue[]) => Promise<States<State>>
  save: (db: Db, states: States<State>, happened: readonly Event[], cues: readonly Cue[]) => Promise<void>
}

/** The orders that some cues or events are about, each once. */
export const ordersOf = (about: readonly { readonly subject: string }[]): string[] => [...new Set(about.map(({ subject }) => subject))]
