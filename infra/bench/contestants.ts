import type { Program } from './program.ts'

/** Where something is looked up: a number in a database, or how many messages wait in a queue. */
export type Look = { readonly database: string; readonly sql: string } | { readonly queue: string }

/** Rows of a table, one for each order, whose id stands in the column `id`. */
type Rows = { readonly database: string; readonly rows: string; readonly id: string }

/** What a contestant keeps of its orders, and so what can be counted. */
export type Ledger = {
  /** done before each scene, so that all begin alike; `orders` are those that will be placed, where that is known before */
  readonly reset: (orders: readonly string[]) => readonly { readonly database: string; readonly sql: string }[]
  /** the rows that come to an order's end, one each */
  readonly end: Rows
  /** the rows that come last of all, where those of its end do not: once they are there, nothing of an order is under way any more */
  readonly last?: Rows
  /** what has to be there in the end, so many times for `each` order: less is lost, more is doubled */
  readonly owed: readonly (Look & { readonly each: number })[]
  /** where nothing may wait in the end: what does is stuck */
  readonly nothing: readonly Look[]
  /** where events gather while those who hear are away */
  readonly gathers?: string
  /** queues that nobody hears */
  readonly unheard: readonly string[]
}

/** Whoever takes part: `places` places orders when it is asked to, and `hears` do the rest. */
export type Contestant = {
  readonly name: string
  readonly places: Program
  readonly hears: readonly Program[]
  /** resolves once `hears` can begin; where it is missing they need no waiting for */
  readonly ready?: () => Promise<void>
  readonly ledger: Ledger
}
