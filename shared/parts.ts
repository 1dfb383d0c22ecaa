import type { z } from 'zod'
import type { Perform } from './command.ts'
import type { Client, PrismaOptions, Sql } from './database.ts'
import type { Route, Routes } from './http.ts'
import type { log } from './log.ts'
import type { Event } from './messaging/envelope.ts'
import type { Retention } from './messaging/retention.ts'
import type { Store } from './store.ts'
import type { Transact } from './transaction.ts'

/** What goes on until it is told to stop. `stop` resolves once it has. */
export type Stoppable = { readonly stop: () => unknown }

/** What the rooms of a service share. */
type Room<Tx, Db, Shape extends z.ZodRawShape> = {
  readonly db: Db
  readonly transact: Transact<Tx>
  readonly config: z.infer<z.ZodObject<Shape>>
  readonly perform: Perform
  readonly log: typeof log
}

/** What a service is made of, beside its choreography. */
export type Parts<State, Tx extends Sql, Db extends Client, Shape extends z.ZodRawShape> = {
  readonly name: string
  /** its usual port; `PORT` says otherwise */
  readonly port: number
  /** its own module: `migrations/` lies beside it */
  readonly at: string
  /** environment variables of its own */
  readonly config?: Shape
  readonly database: (options: PrismaOptions) => Db
  readonly store: Store<Tx, State>
  /** what its table asks; its `stop`, if it has one, is called at the end */
  readonly asks?: (room: Room<Tx, Db, Shape>) => object
  /** how many it can ask at a time, where that is fewer than `ASKS` */
  readonly asksAtOnce?: number
  readonly http: (room: Room<Tx, Db, Shape>) => Routes
  /** the routes that are never refused, however much is asked */
  readonly spares?: readonly Route[]
  /** what goes on beside, from when the database is there */
  readonly background?: (room: Room<Tx, Db, Shape>) => Stoppable
  /** called with what was said, after the commit; never if the process dies between the two, or the commit's answer is lost */
  readonly spoken?: (said: readonly Event[]) => void
  readonly prune?: readonly Retention[]
}
