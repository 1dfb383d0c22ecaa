import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { adapterFor, inTransaction, isAway } from '@pas-de-cinq/shared/database'
import { inbox } from '@pas-de-cinq/shared/messaging/inbox'
import { freshDatabase } from '../../infra/testing/database.ts'
import { PrismaClient } from './generated/client.ts'

suite('a database that does not answer in time', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let db: PrismaClient
  before(async () => {
    database = await freshDatabase(['shared/messaging', 'services/payment'])
    db = new PrismaClient({ adapter: adapterFor(database.url, 300) })
  })
  after(async () => {
    await db.$disconnect()
    await database.drop()
  })

  test('leaves nothing of a transaction that was given up, and nobody else commits it', async () => {
    const transact = inTransaction(db)
    const event = { id: randomUUID(), subject: randomUUID() }
    const slow = transact(async (tx) => {
      await inbox.begin(tx, [event])
      await tx.$executeRaw`select pg_sleep(2)`
    })
    await assert.rejects(slow, isAway)
    await setTimeout(2_500)
    for (let i = 0; i < 8; i++) await transact((tx) => tx.$executeRaw`select 1`)
    assert.deepEqual([...(await inbox.known(db, [event.id]))], [])
  })
})
