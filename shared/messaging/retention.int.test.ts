import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
import { inbox } from './inbox.ts'
import { forgetting, plumbing } from './retention.ts'

describe('forgetting', () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  before(async () => {
    database = await plumbedDatabase('create table timeline (at timestamptz)')
  })
  after(() => database.end())

  it('forgets the inbox after 30 days, idempotency keys after a day, a timeline after its own time, and nothing sooner', async () => {
    await database.pool.query(`
      insert into messaging.inbox (event_id, subject, at)
        select gen_random_uuid(), 'old', now() - interval '30 days 1 minute' from generate_series(1, 2500);
      insert into messaging.inbox (event_id, subject, at) values (gen_random_uuid(), 'young', now() - interval '29 days 23 hours');
      insert into messaging.idempotency_key (key, fingerprint, subject, at)
        values ('old', '', '', now() - interval '25 hours'), ('young', '', '', now() - interval '23 hours');
      insert into timeline values (now() - interval '91 days'), (now() - interval '89 days')`)
    const { stop } = forgetting(database.db, [...plumbing, { table: 'timeline', column: 'at', days: 90 }])
    const left = async () => {
      const counts = ['messaging.inbox', 'messaging.idempotency_key', 'timeline'].map((table) => `(select count(*)::int from ${table})`)
      return (await database.pool.query(`select array[${counts}] as left`)).rows[0].left
    }
    await eventually(async () => assert.deepEqual(await left(), [1, 1, 1]))
    stop()
  })

  for (const { table, column, days } of plumbing)
    it(`finds what is old in ${table} without reading the rest, though its space has been used before`, async () => {
      const { pool } = database
      const young = `now() - interval '${days - 1} days 23 hours'`
      const filled = (many: number, at: string) =>
        pool.query(`insert into ${table} ${rowsOf[table]} ${at} from generate_series(1, ${many})`)
      await pool.query(`truncate ${table}`)
      await filled(20_000, `now() - interval '${days + 1} days'`)
      await filled(1, young)
      await pool.query(`delete from ${table} where ${column} < now() - interval '${days} days'`)
      await pool.query(`vacuum ${table}`)
      await filled(20_000, young)
      await pool.query(`vacuum analyze ${table}`)
      const pages = Number((await pool.query(`select pg_relation_size('${table}') / 8192 as pages`)).rows[0].pages)
      const read = await new Promise<number>((resolve) => {
        const explained = async (sql: string, ...values: unknown[]) => {
          const { rows } = await pool.query(`explain (analyze, buffers, format json) ${sql}`, values)
          const plan = rows[0]['QUERY PLAN'][0].Plan
          resolve(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'])
          return 0
        }
        forgetting({ ...database.db, $executeRawUnsafe: explained }, [{ table, column, days }]).stop()
      })
      assert.ok(read < pages / 20, `${read} pages read, of ${pages}`)
    })

  it('keeps nobody waiting who hears meanwhile, not even again', async () => {
    const [old, young, late] = [randomUUID(), randomUUID(), randomUUID()]
    const insert = 'insert into messaging.inbox (event_id, subject, at) values ($1, $2, now() - $3::interval)'
    await database.pool.query('truncate messaging.inbox')
    await database.pool.query(insert, [old, 'order', '31 days'])
    await database.pool.query(insert, [young, 'order', '1 day'])
    const open = await database.pool.connect()
    await open.query('begin')
    const forgotten = new Promise<void>((resolve) => {
      const uncommitted = async (sql: string, ...values: unknown[]) => {
        const { rowCount } = await open.query(sql, values)
        resolve()
        return rowCount ?? 0
      }
      forgetting({ ...database.db, $executeRawUnsafe: uncommitted }, plumbing.slice(0, 1)).stop()
    })
    await forgotten
    const heard = await database.db.transact(async (tx) => {
      await tx.$executeRawUnsafe("set local lock_timeout = '1s'")
      const fresh = await inbox.begin(
        tx,
        [young, late].map((id) => ({ id, subject: 'order' })),
      )
      await inbox.takeBack(tx, [young])
      return fresh
    })
    assert.deepEqual([...heard], [late])
    await open.query('commit')
    open.release()
    assert.deepEqual(await inbox.known(database.db, [old, young, late]), new Set([late]))
  })
})

const rowsOf: Readonly<Record<string, string>> = {
  'messaging.inbox': "(event_id, subject, at) select gen_random_uuid(), 'order',",
  'messaging.idempotency_key': "(key, fingerprint, subject, at) select gen_random_uuid(), '', 'order',",
}
