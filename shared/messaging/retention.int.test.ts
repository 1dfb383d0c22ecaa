import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
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
})
