import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { plumbedDatabase } from '../testing/database.ts'
import { backlog } from './outbox.ts'

describe('the backlog of an outbox, on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  before(async () => {
    database = await plumbedDatabase()
  })
  beforeEach(() => database.pool.query('truncate messaging.outbox restart identity'))
  after(() => database.end())

  const fill = (events: number, age: string) =>
    database.pool.query(
      `insert into messaging.outbox (event_id, subject, type, body, at)
       select gen_random_uuid(), nr::text, 'game.won', repeat('x', 800), now() - $2::interval from generate_series(1, $1) as nr`,
      [events, age],
    )

  it('is nothing where nothing waits', async () => {
    assert.deepEqual(await backlog(database.db), { age: 0, depth: 0 })
  })

  it('is counted, and as old as its oldest event', async () => {
    await fill(1, '40 seconds')
    await fill(2_000, '10 seconds')
    await database.pool.query('delete from messaging.outbox where id % 2 = 0')
    const { age, depth } = await backlog(database.db)
    assert.equal(depth, 1_001)
    assert.ok(age >= 40 && age < 60, String(age))
  })

  it('is estimated where it is large, never too low', async () => {
    await fill(15_000, '1 hour')
    await database.pool.query('delete from messaging.outbox where id between 20 and 1019')
    const { depth } = await backlog(database.db)
    assert.ok(depth >= 14_000 && depth <= 15_000, String(depth))
  })

  it('is not taken for larger because of one event that has been held for long', async () => {
    await fill(1, '1 day')
    await database.pool.query("select setval('messaging.outbox_id_seq', 1000000)")
    await fill(12_000, '1 minute')
    assert.equal((await backlog(database.db)).depth, 12_001)
  })
})
