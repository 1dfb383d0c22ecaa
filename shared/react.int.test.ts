import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { hearing } from './hear.ts'
import { performing } from './perform.ts'
import { reactTogether } from './react.ts'
import { plumbedDatabase } from './testing/database.ts'
import { eventually } from './testing/eventually.ts'
import { heard, pointsTable, toyGround, won } from './testing/toy.ts'

describe('the shell, on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  before(async () => {
    database = await plumbedDatabase(pointsTable)
  })
  beforeEach(() => database.pool.query('truncate points, messaging.inbox, messaging.outbox, messaging.idempotency_key'))
  after(() => database.end())

  const number = async (sql: string): Promise<number> => Number(Object.values((await database.pool.query(sql)).rows[0])[0])
  const points = () => number('select coalesce(sum(points), 0) from points')
  const prizes = () => number('select count(*) from messaging.outbox')

  it('counts each event once, though two instances get each four times', async () => {
    const [a, b] = [hearing(toyGround(database.db).ground), hearing(toyGround(database.db).ground)]
    const events = Array.from({ length: 300 }, () => won())
    const twice = [...events, ...events.toReversed()]
    const outcomes = await Promise.all([...twice.map((event) => a(heard(event))), ...twice.map((event) => b(heard(event)))])
    assert.equal(outcomes.filter(({ is }) => is === 'done').length, 300)
    assert.equal(await points(), 300)
  })

  it('lets one order have its events one at a time, however many instances there are', async () => {
    const instances = [hearing(toyGround(database.db).ground), hearing(toyGround(database.db).ground)]
    const orders = Array.from({ length: 5 }, () => randomUUID())
    await Promise.all(Array.from({ length: 600 }, (_, i) => instances[i % 2]?.(heard(won(orders[i % 5])))))
    assert.equal(await points(), 600)
    assert.equal(await prizes(), 5 * 40)
  })

  it('lets what waits share a transaction', async () => {
    const { ground, counted } = toyGround(database.db)
    const hear = hearing(ground)
    await Promise.all(Array.from({ length: 1_000 }, () => hear(heard(won()))))
    assert.equal(await points(), 1_000)
    assert.ok(counted.transactions <= 12, `${counted.transactions} transactions`)
  })

  it('lets a poison event among others fail alone, and leaves nothing of it behind', async () => {
    const poison = won()
    const { ground } = toyGround(database.db)
    const { load } = ground.store
    const fail = {
      ...ground.store,
      load: (db: never, cues: never[]) => (cues.some(({ subject }) => subject === poison.subject) ? assert.fail('poison') : load(db, cues)),
    }
    const hear = hearing({ ...ground, store: fail as never })
    const events = [...Array.from({ length: 60 }, () => won()), poison, ...Array.from({ length: 60 }, () => won())]
    const outcomes = await Promise.allSettled(events.map((event) => hear(heard(event))))
    assert.deepEqual(
      outcomes.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])),
      [60],
    )
    assert.equal(await points(), 120)
    assert.equal(await number(`select count(*) from messaging.inbox where event_id = '${poison.id}'`), 0)
  })

  it('asks before the transaction, at most one question per order at a time, and not for what the inbox knows', async () => {
    let asking = 0
    let most = 0
    let asked = 0
    const check = async () => {
      asked++
      most = Math.max(most, ++asking)
      await new Promise((resolve) => setImmediate(resolve))
      asking--
      return 'fair'
    }
    const hear = hearing(toyGround(database.db, { asks: { check } }).ground)
    const orderId = randomUUID()
    const events = Array.from({ length: 9 }, () => won(orderId, 'game.checked'))
    await Promise.all([...events, ...events].map((event) => hear(heard(event))))
    assert.deepEqual({ most, asked, points: await points(), prizes: await prizes() }, { most: 1, asked: 9, points: 9, prizes: 3 })
  })

  it('asks again when what was known has changed meanwhile, and nothing is lost or done twice', async () => {
    const orderId = randomUUID()
    const states: unknown[] = []
    const other = hearing(toyGround(database.db).ground)
    const check = async (_: object, state: object) => {
      if (states.push(state) === 1) await other(heard(won(orderId)))
      return 'fair'
    }
    const outcome = await hearing(toyGround(database.db, { asks: { check } }).ground)(heard(won(orderId, 'game.checked')))
    assert.equal(outcome.is, 'done')
    assert.deepEqual(states, [{ points: 1 }, { points: 2 }])
    assert.equal(await points(), 2)
  })

  it('takes no copy of what it has taken back for a duplicate', async () => {
    const [orderId, other] = [randomUUID(), randomUUID()]
    const stale = { ...heard(won(orderId, 'game.checked')), asked: { before: { points: 7 }, answer: 'fair' } }
    const [after, apart] = [won(orderId), won(other)]
    const react = reactTogether(toyGround(database.db).ground)
    const outcomes = await react([stale, heard(after), heard(apart), heard(after), heard(apart)])
    assert.deepEqual(
      outcomes.map(({ is }) => is),
      ['changed', 'changed', 'done', 'changed', 'duplicate'],
    )
    assert.equal(await points(), 1)
    assert.deepEqual(
      (await react([heard(after), heard(after)])).map(({ is }) => is),
      ['done', 'duplicate'],
    )
    assert.equal(await points(), 2)
  })

  it('does not let an answer that never comes for one order delay another', async () => {
    let release = () => {}
    const hangs = randomUUID()
    const check = (event: { subject: string }) =>
      event.subject === hangs ? new Promise<string>((resolve) => (release = () => resolve('late'))) : Promise.resolve('fair')
    const hear = hearing(toyGround(database.db, { asks: { check: check as never } }).ground)
    const late = hear(heard(won(hangs, 'game.checked')))
    await Promise.all(Array.from({ length: 100 }, () => hear(heard(won(randomUUID(), 'game.checked')))))
    assert.equal(await points(), 100)
    release()
    assert.equal((await late).is, 'done')
  })

  it('waits, and uses up nothing, while connections are cut under it', async () => {
    const hear = hearing(toyGround(database.db).ground)
    const others = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
    let cuts = 0
    const cutting = (async () => {
      for (; cuts < 15; cuts++)
        await database.pool.query(others).then(
          () => setTimeout(20),
          () => {},
        )
    })()
    const outcomes = await Promise.allSettled(Array.from({ length: 2_000 }, () => hear(heard(won()))))
    await cutting
    await eventually(() => database.pool.query('select 1'))
    assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 0)
    assert.equal(await points(), 2_000)
  })

  it('gives each of several commands in one batch its own result, and a key that comes twice the first answer', async () => {
    const perform = performing(toyGround(database.db).ground)
    const command = (key: string, fingerprint: string, subject: string = randomUUID()) =>
      perform({ type: 'POST /prizes', subject, data: { orderId: subject }, claim: { key, fingerprint } })
    const subject = randomUUID()
    const results = await Promise.all([command('k', 'f', subject), command('k', 'f'), command('k', 'another'), command('l', 'f')])
    assert.deepEqual(
      results.map(({ is }) => is),
      ['done', 'repeated', 'mismatch', 'done'],
    )
    assert.equal(results[1]?.is === 'repeated' && results[1].subject, subject)
    assert.equal((await command('k', 'f')).is, 'repeated')
    assert.equal(await prizes(), 2)
  })
})
