import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
import { Unprocessable } from './envelope.ts'
import { suspectsIn } from './suspects.ts'

describe('who watches over what has come several times', () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  before(async () => {
    database = await plumbedDatabase()
  })
  after(() => database.end())

  const times = async (id: string): Promise<number> =>
    (await database.pool.query('select times from messaging.suspect where event_id = $1', [id])).rows[0]?.times ?? 0
  const neverEnds = () => new Promise<never>(() => {})
  const done = async () => 'done'

  it('gives up what has ended the process five times, and forgets it then', async () => {
    const life = () => suspectsIn(database.db, 60_000)
    const id = randomUUID()
    for (let death = 1; death <= 5; death++) {
      void life().watched(id, neverEnds)
      await eventually(async () => assert.equal(await times(id), death))
    }
    const { watched } = life()
    await assert.rejects(watched(id, done), Unprocessable)
    assert.equal(await watched(id, done), 'done')
  })

  it('counts lives, not how often a life begins the same work, since its connection is lost again and again', async () => {
    const { watched } = suspectsIn(database.db, 60_000)
    const id = randomUUID()
    let answer = () => {}
    const first = watched(id, () => new Promise<void>((resolve) => (answer = resolve)))
    await eventually(async () => assert.equal(await times(id), 1))
    for (let connection = 2; connection <= 7; connection++) void watched(id, neverEnds)
    assert.equal(await watched(randomUUID(), done), 'done')
    assert.equal(await times(id), 1)
    answer()
    await first
    assert.equal(await times(id), 0)
    void watched(id, neverEnds)
    await eventually(async () => assert.equal(await times(id), 1))
  })

  it('forgives what waits, however often the process ends meanwhile', async () => {
    const id = randomUUID()
    for (let restart = 1; restart <= 7; restart++) {
      void suspectsIn(database.db, 2_000).watched(id, neverEnds)
      await eventually(async () => assert.equal(await times(id), 1))
      await eventually(async () => assert.equal(await times(id), 0))
    }
    assert.equal(await suspectsIn(database.db).watched(id, done), 'done')
  })
})
