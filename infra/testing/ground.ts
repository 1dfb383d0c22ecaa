import { randomUUID } from 'node:crypto'
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import type { Perform } from '@pas-de-cinq/shared/command'
import { type Client, databaseAt, type PrismaOptions, type Sql } from '@pas-de-cinq/shared/database'
import type { Language } from '@pas-de-cinq/shared/events'
import type { Ground } from '@pas-de-cinq/shared/ground'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { onPostgres } from '@pas-de-cinq/shared/on-postgres'
import { performing } from '@pas-de-cinq/shared/perform'
import { reactTogether } from '@pas-de-cinq/shared/react'
import type { Asks, Choreography } from '@pas-de-cinq/shared/table'
import '@pas-de-cinq/shared/sdk'
import { say } from '@pas-de-cinq/shared/say'
import type { Store } from '@pas-de-cinq/shared/store'
import { inSpan } from '@pas-de-cinq/shared/tracing'
import type { Transact } from '@pas-de-cinq/shared/transaction'
import { freshDatabase } from './database.ts'

type Parts<State, Tx extends Sql, Db extends Client> = {
  readonly name: string
  readonly choreography: Choreography<State>
  readonly database: (options: PrismaOptions) => Db
  readonly store: Store<Tx, State>
  readonly asks?: (transact: Transact<Tx>) => object
  /** for how many milliseconds a transaction may take */
  readonly patience?: number
}

/**
 * The shell of a service on a fresh PostgreSQL database, without a broker: `hear` takes events as one batch, `perform` a command in a
 * span of its own, as a request has. `drop` takes the database away.
 */
export const freshGround = async <State, Tx extends Sql, Db extends Client>(parts: Parts<State, Tx, Db>) => {
  const { name, choreography, store } = parts
  const { url, drop } = await freshDatabase(['shared/messaging', `services/${name}`])
  const { db, transact } = databaseAt<Db, Tx>(url, parts.database, { patience: parts.patience })
  const ground: Ground<Tx, State> = {
    ...onPostgres,
    name,
    choreography,
    db: db as unknown as Tx,
    transact,
    store,
    asks: (parts.asks?.(transact) ?? {}) as Asks,
    asksAtOnce: 16,
    spoken: () => {},
  }
  const react = reactTogether(ground)
  const performed = performing(ground)
  const perform: Perform = (command) => inSpan(command.type, { kind: SpanKind.SERVER }, () => performed(command))
  const hear = (...events: readonly Event[]) => react(events.map((event) => ({ event, at: ROOT_CONTEXT })))
  return { ground, db, hear, perform, drop: () => db.$disconnect().then(drop) }
}

/** What the service of this language would say of an order, as it would be delivered. */
export const saidBy =
  (name: string, says: Language) =>
  (subject: string, type: string, data: object): Event =>
    say({ name, choreography: { says }, now: () => new Date(), newId: () => randomUUID() })(
      subject,
      { type, data: { orderId: subject, ...data } },
      ROOT_CONTEXT,
    )
