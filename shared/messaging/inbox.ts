import type { Sql } from '../database.ts'
import type { Event } from './envelope.ts'

/** What the inbox does for the shell. Every call belongs to the transaction of the effect, but for `known`. */
export type Inbox<Db> = {
  /** Locks the events' orders until the transaction ends, and remembers the events. Resolves to the ids of those not heard before. */
  begin: (tx: Db, events: readonly Received[]) => Promise<Set<string>>
  /** Takes back what `begin` remembered: these events are to be heard again. */
  takeBack: (tx: Db, ids: readonly string[]) => Promise<void>
  /** Locks orders for commands, which have no event to remember. */
  lock: (tx: Db, subjects: readonly string[]) => Promise<void>
  /** Which of these ids have been heard. */
  known: (db: Db, ids: readonly string[]) => Promise<Set<string>>
}
/** An event as the inbox remembers it. */
export type Received = Pick<Event, 'id' | 'subject'> & { readonly traceparent?: string | undefined }

// Whatever reads under the lock has to be a later statement: this one's snapshot is older than its locks.
const locks = `select pg_advisory_xact_lock(key) from (
  select distinct hashtextextended(subject, 0) as key from unnest($1::text[]) subject order by key) as keys`

const begin = `with turn as materialized (${locks})
  insert into messaging.inbox (event_id, subject, traceparent)
  select heard.* from unnest($2::uuid[], $1::text[], $3::text[]) as heard, (select count(*) from turn) as locked
  on conflict do nothing returning event_id`

/** The inbox as PostgreSQL keeps it. */
export const inbox: Inbox<Sql> = {
  async begin(tx, events) {
    const columns = [events.map((e) => e.subject), events.map((e) => e.id), events.map((e) => e.traceparent ?? null)]
    const rows = await tx.$queryRawUnsafe<{ event_id: string }[]>(begin, ...columns)
    return new Set(rows.map((row) => row.event_id))
  },
  async takeBack(tx, ids) {
    await tx.$executeRawUnsafe('delete from messaging.inbox where event_id = any($1::uuid[])', ids)
  },
  async lock(tx, subjects) {
    await tx.$queryRawUnsafe(`select count(*)::int from (${locks}) as locked`, subjects)
  },
  async known(db, ids) {
    const sql = 'select event_id from messaging.inbox where event_id = any($1::uuid[])'
    const rows = await db.$queryRawUnsafe<{ event_id: string }[]>(sql, ids)
    return new Set(rows.map((row) => row.event_id))
  },
}
