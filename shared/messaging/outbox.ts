import type { Sql } from '../database.ts'
import type { Event } from './envelope.ts'

/** What the outbox does for the shell. */
export type Outbox<Db> = {
  /**
   * Writes what was said, in this order, into the transaction of the effect, and marks the heard events that led to it, or concluded otherwise.
   * Resolves to the process spans of earlier events of the same orders that had led to nothing: the cues that these have waited for.
   */
  append: (tx: Db, said: readonly Event[], causes: readonly Pick<Event, 'id' | 'subject'>[]) => Promise<Cue[]>
}
type Cue = { readonly subject: string; readonly eventId: string; readonly traceparent: string }

const append = `with cues as (
    select subject, event_id, traceparent from messaging.inbox where subject = any($8::text[]) and not said and traceparent is not null
  ), marked as (
    update messaging.inbox set said = true where event_id = any($7::uuid[])
  ), appended as (
    insert into messaging.outbox (event_id, subject, type, traceparent, tracestate, body, at)
    select said.*, clock_timestamp() from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as said
  )
  select subject, event_id as "eventId", traceparent from cues`

export const outbox: Outbox<Sql> = {
  async append(tx, said, causes) {
    return await tx.$queryRawUnsafe<Cue[]>(
      append,
      said.map((e) => e.id),
      said.map((e) => e.subject),
      said.map((e) => e.type),
      said.map((e) => e.traceparent ?? null),
      said.map((e) => e.tracestate ?? null),
      said.map((e) => JSON.stringify(e)),
      causes.map((e) => e.id),
      causes.map((e) => e.subject),
    )
  },
}

const exactly = 10_000
const waiting = `select extract(epoch from coalesce(now() - min(at), '0'))::float8 as age,
    (count(*) + coalesce((select max(id) from messaging.outbox) - max(id), 0))::float8 as depth
  from (select id, at from messaging.outbox order by id limit ${exactly}) as oldest`

/** How many events wait in the outbox, and for how many seconds the oldest; beyond 10,000 an estimate that errs upwards, and costs no more. */
export const backlog = async (db: Sql): Promise<{ depth: number; age: number }> => {
  const [row] = await db.$queryRawUnsafe<[{ depth: number; age: number }]>(waiting)
  return row
}
