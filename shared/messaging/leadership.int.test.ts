import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
import { leadership } from './leadership.ts'

/** An instance whose relay does nothing but count. */
const counting = (url: string) => {
  const calls = { wake: 0, send: 0 }
  const relay = { lead: () => {}, unlead: () => {}, wake: () => calls.wake++, send: () => calls.send++ }
  return { calls, leader: leadership(url, relay) }
}

describe('the leadership', () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  before(async () => {
    database = await plumbedDatabase()
  })
  after(() => database.end())

  it('has who leads send what it has written, and who does not wake him, in a few notices however much that is', async () => {
    const first = counting(database.url)
    await eventually(() => assert.ok(first.leader.leads()))
    const second = counting(database.url)
    try {
      first.leader.publish([])
      assert.deepEqual(first.calls, { wake: 0, send: 1 })
      await eventually(() => {
        second.leader.publish([])
        assert.ok(first.calls.wake > 0)
      })

      const before = first.calls.wake
      for (let i = 0; i < 1_000; i++) second.leader.publish([])
      await eventually(() => assert.ok(first.calls.wake > before))
      assert.ok(first.calls.wake - before <= 5, `${first.calls.wake - before} notices`)
      assert.deepEqual(second.calls, { wake: 0, send: 0 })
    } finally {
      await Promise.all([first.leader.stop(), second.leader.stop()])
    }
  })

  it('is not had by a session that cannot write; another is opened until one can', async () => {
    const all = (how: string) =>
      database.pool.query(`begin read write; alter database "${new URL(database.url).pathname.slice(1)}" ${how}; commit`)
    await all('set default_transaction_read_only = on')
    const { leader } = counting(database.url)
    try {
      await setTimeout(1_500)
      assert.ok(!leader.leads())
      await all('reset default_transaction_read_only')
      await eventually(() => assert.ok(leader.leads()))
    } finally {
      await leader.stop()
    }
  })
})
