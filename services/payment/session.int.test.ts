import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { databaseAt } from '@pas-de-cinq/shared/database'
import { DatabaseAway } from '@pas-de-cinq/shared/database-faults'
import { inbox } from '@pas-de-cinq/shared/messaging/inbox'
import { freshDatabase } from '../../infra/testing/database.ts'
import { PrismaClient } from './generated/client.ts'

const open = (url: string) => databaseAt(url, (options) => new PrismaClient(options), { query_timeout: 300 })

suite('a database that does not answer in time', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let opened: ReturnType<typeof open>
  before(async () => {
    database = await freshDatabase(['shared/messaging', 'services/payment'])
    opened = open(database.url)
  })
  after(async () => {
    await opened.db.$disconnect()
    await database.drop()
  })

  test('leaves nothing of a transaction that was given up, and nobody else commits it', async () => {
    const { db, transact } = opened
    const event = { id: randomUUID(), subject: randomUUID() }
    const slow = transact(async (tx) => {
      await inbox.begin(tx, [event])
      await tx.$executeRaw`select pg_sleep(2)`
    })
    await assert.rejects(slow, DatabaseAway)
    await setTimeout(2_500)
    for (let i = 0; i < 8; i++) await transact((tx) => tx.$executeRaw`select 1`)
    assert.deepEqual([...(await inbox.known(db, [event.id]))], [])
  })
})
