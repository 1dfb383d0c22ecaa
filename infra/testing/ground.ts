import { randomUUID } from 'node:crypto'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { Asks, Choreography } from '@pas-de-cinq/shared/choreography'
import { adapterFor, type Database, inTransaction, isAway, type Sql } from '@pas-de-cinq/shared/database'
import type { Language } from '@pas-de-cinq/shared/events'
import type { Ground } from '@pas-de-cinq/shared/ground'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { claims } from '@pas-de-cinq/shared/messaging/idempotency'
import { inbox } from '@pas-de-cinq/shared/messaging/inbox'
import { outbox } from '@pas-de-cinq/shared/messaging/outbox'
import { say } from '@pas-de-cinq/shared/say'
import type { Store } from '@pas-de-cinq/shared/store'
import { freshDatabase } from './database.ts'

type Parts<State, Tx extends Sql, Db extends Database<Tx>> = {
  readonly name: string
  readonly choreography: Choreography<State>
  readonly database: (adapter: ReturnType<typeof adapterFor>) => Db
  readonly store: Store<Tx, State>
  readonly asks?: (db: Db) => object
}

/** What the shell of a service stands on in a test: a fresh PostgreSQL database and everything but a broker. `drop` takes it away. */
export const freshGround = async <State, Tx extends Sql, Db extends Database<Tx>>(parts: Parts<State, Tx, Db>) => {
  const { name, choreography, store } = parts
  const { url, drop } = await freshDatabase(['shared/messaging', `services/${name}`])
  const db = parts.database(adapterFor(url))
  const ground: Ground<Tx, State> = {
    ...{ name, choreography, db: db as unknown as Tx, transact: inTransaction(db), inbox, outbox, claims, store },
    ...{ asks: (parts.asks?.(db) ?? {}) as Asks, asksAtOnce: 16, now: () => new Date(), newId: () => randomUUID(), patient: isAway },
    spoken: () => {},
  }
  return { ground, db, url, drop: () => db.$disconnect().then(drop) }
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
