import type { Sql } from '../database.ts'
import type { Event } from './envelope.ts'
import type { Written } from './fresh.ts'

/** What the outbox does for the shell. */
export type Outbox<Db> = {
  /**
   * Writes what was said, in this order, into the transaction of the effect, and marks the heard events that led to it, or concluded otherwise.
   * Resolves to the rows as they were written, and to earlier events of the same orders that led to nothing, those of this transaction among them,
   * with their process spans.
   */
  append: (tx: Db, said: readonly Event[], causes: readonly Pick<Event, 'id' | 'subject'>[]) => Promise<Appended>
}
/** What an order's service had heard of it before, without concluding it. */
type Earlier = { readonly subject: string; readonly eventId: string; readonly traceparent: string }
/** The rows as they stand in the outbox, and what had been heard in silence of the orders that are told of. */
export type Appended = { readonly written: readonly Written[]; readonly earlier: readonly Earlier[] }

type Found = {
  readonly ids: Readonly<Record<Event['id'], string>>
  readonly waiting: Readonly<Record<Event['subject'], readonly Event['id'][]>>
  readonly earlier: readonly Earlier[]
}

// One snapshot: what is looked for sees nothing of what is marked and appended beside it.
const append = `with marked as (
    update messaging.inbox set said = true where event_id = any($7::uuid[])
  ), appended as (
    insert into messaging.outbox (event_id, subject, type, traceparent, tracestate, body, at)
    select said.*, clock_timestamp() from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as said
    returning id, event_id
  ), waiting as (
    select subject, json_agg(event_id) as events from messaging.outbox where subject = any($2::text[]) group by subject
  ), earlier as (
    select event_id as "eventId", subject, traceparent from messaging.inbox
    where subject = any($8::text[]) and not said and traceparent is not null
  )
  select coalesce((select json_object_agg(event_id, id::text) from appended), '{}') as ids,
    coalesce((select json_object_agg(subject, events) from waiting), '{}') as waiting,
    coalesce((select json_agg(earlier) from earlier), '[]') as earlier`

/** The outbox as PostgreSQL keeps it. */
export const outbox: Outbox<Sql> = {
  async append(tx, said, causes) {
    const bodies = said.map((event) => JSON.stringify(event))
    const [{ ids, waiting, earlier }] = await tx.$queryRawUnsafe<[Found]>(
      append,
      said.map((e) => e.id),
      said.map((e) => e.subject),
      said.map((e) => e.type),
      said.map((e) => e.traceparent ?? null),
      said.map((e) => e.tracestate ?? null),
      bodies,
      causes.map((e) => e.id),
      causes.map((e) => e.subject),
    )
    const written = said.map(({ id: eventId, subject, type, time, traceparent = null, tracestate = null }, i) => ({
      id: ids[eventId] as string,
      eventId,
      subject,
      type,
      traceparent,
      tracestate,
      body: bodies[i] as string,
      at: new Date(time),
      after: waiting[subject] ?? [],
    }))
    return { written, earlier }
  },
}

const exactly = 10_000
const measured = `select extract(epoch from coalesce(now() - min(at), '0'))::float8 as age,
    (count(*) + coalesce((select max(id) from messaging.outbox) - max(id), 0))::float8 as depth
  from (select id, at from messaging.outbox order by id limit ${exactly}) as oldest`

/** How many events wait in the outbox, and for how many seconds the oldest; beyond 10,000 an estimate that errs upwards, and costs no more. */
export const backlog = async (db: Sql): Promise<{ depth: number; age: number }> => {
  const [row] = await db.$queryRawUnsafe<[{ depth: number; age: number }]>(measured)
  return row
}
