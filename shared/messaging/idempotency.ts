import type { Command, Performed } from '../command.ts'
import type { Sql } from '../database.ts'

/** Claims the commands' keys in the transaction of their effect. Resolves, per command, to what came of an earlier one with its key. */
export type Claims<Db> = { claim: (tx: Db, commands: readonly Command[]) => Promise<(Performed | undefined)[]> }

type Row = { key: string; fingerprint: string; subject: string }

const insert = `insert into messaging.idempotency_key (key, fingerprint, subject)
  select key, fingerprint, subject from unnest($1::text[], $2::text[], $3::text[]) with ordinality as claimed (key, fingerprint, subject, nr)
  order by key, nr on conflict do nothing returning key, fingerprint, subject`

/** The idempotency keys as PostgreSQL keeps them. */
export const claims: Claims<Sql> = {
  async claim(tx, commands) {
    const wanted = commands.flatMap(({ claim, subject }) => (claim ? [{ ...claim, subject }] : []))
    if (wanted.length === 0) return commands.map(() => undefined)
    const columns = [wanted.map((c) => c.key), wanted.map((c) => c.fingerprint), wanted.map((c) => c.subject)]
    const fresh = await tx.$queryRawUnsafe<Row[]>(insert, ...columns)
    const held =
      fresh.length < wanted.length
        ? await earlier(
            tx,
            wanted.map((c) => c.key),
          )
        : fresh
    const owners = new Map(held.map((row) => [row.key, row]))
    const free = new Set(fresh.map((row) => row.key))
    return commands.map(({ claim }): Performed | undefined => {
      if (!claim || free.delete(claim.key)) return undefined
      const { subject, fingerprint } = owners.get(claim.key) as Row
      return fingerprint === claim.fingerprint ? { is: 'repeated', subject } : { is: 'mismatch' }
    })
  },
}

const earlier = (tx: Sql, keys: readonly string[]) =>
  tx.$queryRawUnsafe<Row[]>('select key, fingerprint, subject from messaging.idempotency_key where key = any($1::text[])', keys)
