import { randomUUID } from 'node:crypto'
import type pg from 'pg'

export type Event = {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
}
export type Tx = {
  readonly run: (name: string, text: string, values: readonly unknown[]) => Promise<pg.QueryResult>
  readonly say: (type: string, said: readonly { readonly subject: string; readonly data: object }[]) => Promise<void>
}

/** Commits work, and what it says, in one transaction, by hand; `spoken` is called after a commit that said something. */
export const committing = (pool: pg.Pool, spoken = () => {}) => {
  return async (work: (tx: Tx) => Promise<unknown>) => {
    const client = await pool.connect()
    let speaks = false
    const run: Tx['run'] = (name, text, values) => client.query({ name, text, values: [...values] })
    const say: Tx['say'] = async (type, said) => {
      if (said.length === 0) return
      speaks = true
      const events = said.map((one): Event & { time: Date } => ({ id: randomUUID(), type, time: new Date(), ...one }) as never)
      const columns = [events.map(({ id }) => id), events.map(() => type), events.map((event) => JSON.stringify(event))]
      await run('say', 'insert into outbox (event_id, type, body) select * from unnest($1::uuid[], $2::text[], $3::text[])', columns)
    }
    await client.query('begin')
    await work({ run, say })
    await client.query('commit')
    client.release()
    if (speaks) spoken()
  }
}
