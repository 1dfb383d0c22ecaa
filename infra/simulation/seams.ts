import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import type { Claims } from '@pas-de-cinq/shared/messaging/idempotency'
import type { Inbox } from '@pas-de-cinq/shared/messaging/inbox'
import type { Session } from '@pas-de-cinq/shared/messaging/leadership'
import type { Outbox } from '@pas-de-cinq/shared/messaging/outbox'
import type { Row } from '@pas-de-cinq/shared/messaging/sending'
import { type Suspects, suspectsIn } from '@pas-de-cinq/shared/messaging/suspects'
import type { Database, Table, Tx } from './database.ts'
import type { Life } from './scheduler.ts'

type Claimed = { readonly fingerprint: string; readonly subject: string }

/** What the shell keeps beside a service's own tables, in memory: the same promises as in `shared/messaging`, without the SQL. */
export const plumbing = (db: Database, now: () => number) => {
  const heard = db.table<true>()
  const waiting = db.table<Row>()
  const keys = db.table<Claimed>()
  const suspects = db.table<number>()
  let rows = 0

  const claimOnce = (tx: Tx, id: string) => {
    if (heard.get(tx, id)) return false
    heard.set(tx, id, true)
    return true
  }
  const inbox: Inbox<Tx> = {
    begin: async (tx, events) => {
      await db.lock(tx, events.map(orderLock))
      await db.lock(
        tx,
        events.map(({ id }) => `event ${id}`),
      ) // as a unique index has it
      return new Set(events.flatMap(({ id }) => (claimOnce(tx, id) ? [id] : [])))
    },
    takeBack: (tx, ids) =>
      db.statement(tx, () => {
        for (const id of ids) heard.set(tx, id, undefined)
      }),
    lock: (tx, subjects) =>
      db.lock(
        tx,
        subjects.map((subject) => orderLock({ subject })),
      ),
    known: (reader, ids) => db.statement(reader, () => new Set(ids.filter((id) => heard.get(reader, id)))),
  }

  const outbox: Outbox<Tx> = {
    append: (tx, said) =>
      db.statement(tx, () => {
        const before = Map.groupBy(waiting.rows.values(), ({ subject }) => subject)
        const written = said.map((event) => ({ ...rowOf(event), after: before.get(event.subject)?.map(({ eventId }) => eventId) ?? [] }))
        for (const { after, ...row } of written) waiting.set(tx, row.id, row)
        return { written, earlier: [] }
      }),
  }
  const rowOf = (event: Event): Row => {
    const { id: eventId, subject, type } = event
    const id = String(++rows).padStart(9, '0')
    return { id, eventId, subject, type, traceparent: null, tracestate: null, body: JSON.stringify(event), at: new Date(now()) }
  }

  const claims: Claims<Tx> = {
    claim: async (tx, commands) => {
      const wanted = commands.flatMap(({ claim }) => (claim ? [claim.key] : []))
      if (wanted.length > 0)
        await db.lock(
          tx,
          wanted.map((key) => `key ${key}`),
        )
      return commands.map(({ claim, subject }) => {
        if (!claim) return undefined
        const earlier = keys.get(tx, claim.key)
        if (!earlier) return void keys.set(tx, claim.key, { fingerprint: claim.fingerprint, subject })
        return earlier.fingerprint === claim.fingerprint ? { is: 'repeated', subject: earlier.subject } : { is: 'mismatch' }
      })
    },
  }

  return {
    inbox,
    outbox,
    claims,
    waiting,
    suspectsOf: (of: Life): Suspects => suspectsIn(countingIn(db, suspects, of)),
    session: (of: Life): Session => sessionOf(db, waiting, of),
  }
}

const orderLock = ({ subject }: { readonly subject: string }) => `order ${subject}`

/** The two statements of the relay's leader. */
const sessionOf = (db: Database, waiting: Table<Row>, of: Life): Session => {
  const at = db.reader(of)
  const claim = (held: readonly string[]) =>
    [...waiting.rows.values()]
      .filter(({ subject }) => !held.includes(subject))
      .sort((a, b) => a.id.localeCompare(b.id))
      .slice(0, 200)
  const query = ({ name, values: [about] }: { name: string; values: [string[]] }) =>
    db.statement(at, () => {
      if (name === 'claim') return { rows: claim(about) }
      for (const id of about) waiting.rows.delete(id)
      return { rows: [] }
    })
  return { query } as unknown as Session
}

/** The two statements of whoever watches over suspicious deliveries. */
const countingIn = (db: Database, suspects: Table<number>, of: Life) => {
  const at = db.reader(of)
  const count = (id: string) => {
    suspects.rows.set(id, (suspects.rows.get(id) ?? 0) + 1)
    return [{ times: suspects.rows.get(id) }]
  }
  return {
    $queryRawUnsafe: <T>(_sql: string, id: unknown) => db.statement(at, () => count(String(id)) as T) as Promise<T>,
    $executeRawUnsafe: (_sql: string, id: unknown) => db.statement(at, () => Number(suspects.rows.delete(String(id)))),
  }
}
