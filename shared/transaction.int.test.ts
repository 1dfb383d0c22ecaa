import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Sql } from './database.ts'
import { DatabaseAway, isAway, TransactionExpired } from './database-faults.ts'
import { faultOf } from './faults.ts'
import { joiningPool, statementTimeout } from './joining-pool.ts'
import { plumbedDatabase } from './testing/database.ts'
import { proxied } from './testing/proxy.ts'
import { together } from './together.ts'
import { transacting } from './transaction.ts'

describe('a transaction, on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  before(async () => {
    database = await plumbedDatabase('create table notes (nr int primary key)')
  })
  beforeEach(() => database.pool.query('truncate notes'))
  after(() => database.end())

  const note = (tx: Sql, nr: number) => tx.$executeRawUnsafe('insert into notes values ($1)', nr)
  const noted = async () => (await database.pool.query<{ nr: number }>('select nr from notes order by nr')).rows.map(({ nr }) => nr)
  const failsWhole = async (work: (tx: Sql) => Promise<unknown>, fault: RegExp | { code: string }) => {
    await assert.rejects(database.db.transact(work), fault)
    assert.deepEqual(await noted(), [])
  }
  const late = /belongs to a transaction that has ended/

  it('does what is sent together in that order, each statement seeing what those before it have done', async () => {
    const [, seen] = await database.db.transact((tx) =>
      together(
        () => note(tx, 1),
        () => tx.$queryRawUnsafe<object[]>('select nr from notes'),
        () => note(tx, 2),
      ),
    )
    assert.deepEqual(seen, [{ nr: 1 }])
    assert.deepEqual(await noted(), [1, 2])
  })

  it('plans no statement for what it is asked with', async () => {
    const plannedEachTime = await database.db.transact(async (tx) => {
      for (let nr = 0; nr < 3; nr++) await note(tx, nr)
      return tx.$queryRawUnsafe("select name from pg_prepared_statements where statement like 'insert into notes%' and custom_plans > 0")
    })
    assert.deepEqual(plannedEachTime, [])
  })

  it('takes in whatever asks the pool in its course', async () => {
    await failsWhole(async () => {
      await database.pool.query('insert into notes values (1)')
      throw new Error('no')
    }, /no/)
  })

  it('tells of the statement that failed, not of those behind it, and leaves nothing', async () => {
    await failsWhole(
      (tx) =>
        together(
          () => note(tx, 1),
          () => note(tx, 1),
          () => note(tx, 2),
        ),
      { code: '23505' },
    )
  })

  it('tells of it also where that is one of several that were sent from one place', async () => {
    await failsWhole(
      (tx) =>
        together(
          () =>
            together(
              () => note(tx, 1),
              () => note(tx, 1),
            ),
          () => note(tx, 2),
        ),
      { code: '23505' },
    )
  })

  it('is not taken for committed when a statement had failed unnoticed', async () => {
    await failsWhole(async (tx) => {
      await note(tx, 1)
      await tx.$executeRawUnsafe('select 1 / 0').catch(() => {})
    }, /was rolled back/)
  })

  it('lets nothing in that comes after its end, and no transaction within itself', async () => {
    let afterwards: Promise<unknown> | undefined
    await database.db.transact(async (tx) => {
      await note(tx, 1)
      afterwards = setTimeout(200).then(() => note(tx, 2))
    })
    await assert.rejects(afterwards as Promise<unknown>, late)
    const nested = database.db.transact(async () => database.db.transact((tx) => note(tx, 3)))
    await assert.rejects(nested, /within a transaction/)
    assert.deepEqual(await noted(), [1])
  })

  it('is given up when it takes too long, and leaves nothing', async () => {
    const impatient = transacting<Sql>(database.pool, database.db, 200)
    let afterwards: Promise<unknown> | undefined
    const slow = impatient(async (tx) => {
      await note(tx, 1)
      afterwards = setTimeout(500).then(() => note(tx, 2))
      await afterwards
    })
    await assert.rejects(slow, TransactionExpired)
    await assert.rejects(afterwards as Promise<unknown>, late)
    assert.deepEqual(await noted(), [])
  })

  it('says that the database is away when its connection is cut, and the next one succeeds', async () => {
    const cut = database.db.transact(async (tx) => {
      await note(tx, 1)
      const [{ pid }] = await tx.$queryRawUnsafe<[{ pid: number }]>('select pg_backend_pid() as pid')
      await together(
        () => tx.$executeRawUnsafe('select pg_terminate_backend($1)', pid),
        () => note(tx, 2),
      )
    })
    await assert.rejects(cut, DatabaseAway)
    await database.db.transact((tx) => note(tx, 3))
    assert.deepEqual(await noted(), [3])
    const nowhere = joiningPool({ connectionString: 'postgresql://nobody@127.0.0.1:1/nothing' })
    await assert.rejects(
      transacting<Sql>(nowhere, database.db)((tx) => note(tx, 4)),
      DatabaseAway,
    )
  })

  it('says that the database is away when that freezes, though it has answered what was sent before in the same packet', async () => {
    const proxy = await proxied(database.url)
    const pool = joiningPool({ connectionString: proxy.url, query_timeout: statementTimeout + 100 })
    const frozen = transacting<Sql>(
      pool,
      database.db,
    )(async (tx) => {
      void setTimeout(100).then(proxy.freeze)
      await together(
        () => note(tx, 1),
        () => tx.$queryRawUnsafe('select pg_sleep(1)'),
      )
    })
    await assert.rejects(frozen, DatabaseAway)
    proxy.end()
    await pool.end()
  })

  it('is not away for words that PostgreSQL quotes; of a value that it refuses, its fault tells the code alone', async () => {
    const refused = await database.db
      .transact((tx) => tx.$queryRawUnsafe('select $1::text::int', 'connection error of ada@example.org'))
      .then(
        () => assert.fail('it was taken'),
        (error: Error) => error,
      )
    assert.match(refused.message, /ada@example.org/)
    assert.equal(isAway(refused), false)
    const { message, stack } = faultOf(refused)
    assert.match(message, /22P02/)
    assert.doesNotMatch(message + stack, /ada/)
  })
})
