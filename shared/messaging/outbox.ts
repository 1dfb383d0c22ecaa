import type { Sql } from '../database.ts'
import type { Event } from './envelope.ts'
import type { Written } from './fresh.ts'

/** What the outbox does for the shell. */
export type Outbox<Db> = {
  /**
   * Writes what was said, in this order, into the transaction of the effect, and marks the heard events that led to it, or concluded otherwise.
   * Resolves to the rows as they were written, and to the process spans of earlier events of the same orders that had led to nothing: the cues
   * that these have waited for.
   */
  append: (tx: Db, said: readonly Event[], causes: readonly Pick<Event, 'id' | 'subject'>[]) => Promise<Appended>
}
export type Cue = { readonly subject: string; readonly eventId: string; readonly traceparent: string }
export type Appended = { readonly written: readonly Written[]; readonly cues: readonly Cue[] }

type Found = Cue & { readonly is: 'cue' | 'written' | 'waiting'; readonly id: string }

const append = `with marked as (
    update messaging.inbox set said = true where event_id = any($7::uuid[])
  ), appended as (
    insert into messaging.outbox (event_id, subject, type, traceparent, tracestate, body, at)
    select said.*, clock_timestamp() from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as said
    returning id, event_id
  )
  select 'cue' as is, null as id, event_id as "eventId", subject, traceparent from messaging.inbox
    where subject = any($8::text[]) and not said and traceparent is not null
  union all select 'waiting', null, event_id, subject, null from messaging.outbox where subject = any($2::text[])
  union all select 'written', id::text, event_id, null, null from appended`

export const outbox: Outbox<Sql> = {
  async append(tx, said, causes) {
    const rows = said.map((event) => ({ event, body: JSON.stringify(event) }))
    const found = await tx.$queryRawUnsafe<Found[]>(
      append,
      said.map((e) => e.id),
      said.map((e) => e.subject),
      said.map((e) => e.type),
      said.map((e) => e.traceparent ?? null),
      said.map((e) => e.tracestate ?? null),
      rows.map(({ body }) => body),
      causes.map((e) => e.id),
      causes.map((e) => e.subject),
    )
    const ids = new Map(found.flatMap(({ is, eventId, id }) => (is === 'written' ? [[eventId, id] as const] : [])))
    const waiting = Map.groupBy(
      found.filter(({ is }) => is === 'waiting'),
      ({ subject }) => subject,
    )
    const written = rows.map(({ event: { id: eventId, subject, type, time, traceparent = null, tracestate = null }, body }) => ({
      ...{ id: ids.get(eventId) as string, eventId, subject, type, traceparent, tracestate, body, at: new Date(time) },
      after: waiting.get(subject)?.map(({ eventId }) => eventId) ?? [],
    }))
    return { written, cues: found.filter(({ is }) => is === 'cue') }
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
