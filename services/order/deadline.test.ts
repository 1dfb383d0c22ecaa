import assert from 'node:assert/strict'
import { beforeEach, mock, suite, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Perform } from '@pas-de-cinq/shared/command'
import { deadlines } from './deadline.ts'

const seconds = 900
const start = Date.parse('2026-11-21T12:00:00Z')

suite('the deadline of an order', () => {
  let open: { id: string; placedAt: Date }[]
  let rounds: number
  let ended: string[]
  let warned: number

  const place = (id: string, secondsAgo = 0) => open.push({ id, placedAt: new Date(Date.now() - secondsAgo * 1_000) })
  const oldestOpen = async (limit: number) => {
    rounds++
    return open.slice(0, limit)
  }
  const perform: Perform = async ({ subject, data }) => {
    assert.deepEqual(data, { orderId: subject, reason: 'overdue' })
    open = open.filter(({ id }) => id !== subject)
    ended.push(subject)
    return { is: 'done', said: [] }
  }
  const log = { warn: () => void warned++ }
  const watch = (parts = {}) => deadlines({ oldestOpen, perform, log, seconds, ...parts })
  const pass = async (seconds: number) => {
    await setImmediate()
    mock.timers.tick(seconds * 1_000)
    await setImmediate()
  }

  beforeEach(() => {
    mock.timers.reset()
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: start })
    ;[open, rounds, ended, warned] = [[], 0, [], 0]
  })

  test('cancels at start what became overdue while nobody watched', async () => {
    place('old', 1_000)
    place('new')
    const { stop } = watch()
    await pass(0)
    assert.deepEqual(ended, ['old'])
    await stop()
  })

  test('cancels an order when its time is up, and not before, by one timer', async () => {
    place('one', 880)
    const { stop } = watch()
    await pass(19.9)
    assert.deepEqual([ended, rounds], [[], 1])
    await pass(0.1)
    assert.deepEqual([ended, rounds], [['one'], 2])
    await stop()
  })

  test('ends 100 at a time, and goes on at once while there are more', async () => {
    for (let i = 0; i < 250; i++) place(`order ${i}`, 1_000)
    const { stop } = watch()
    for (const expected of [100, 200, 250]) {
      await setImmediate()
      assert.equal(ended.length, expected)
      mock.timers.tick(0)
    }
    await stop()
  })

  test('looks every 30 s for orders that others have taken', async () => {
    const { stop } = watch()
    await pass(29)
    place('of another instance', 1_000)
    await pass(0.9)
    assert.deepEqual(ended, [])
    await pass(0.1)
    assert.deepEqual(ended, ['of another instance'])
    await stop()
  })

  test('a deadline shorter than that is kept too, whoever took the order meanwhile', async () => {
    const { stop } = watch({ seconds: 2 })
    await pass(1)
    place('short')
    await pass(1)
    await pass(1)
    assert.deepEqual(ended, ['short'])
    await stop()
  })

  test('while the database is away, says so and tries again', async () => {
    place('one', 1_000)
    let away = true
    const { stop } = watch({ oldestOpen: (limit: number) => (away ? Promise.reject(new Error('away')) : oldestOpen(limit)) })
    await pass(5)
    assert.deepEqual([ended, warned], [[], 2])
    away = false
    await pass(5)
    assert.deepEqual(ended, ['one'])
    await stop()
  })

  test('an order that cannot be ended is tried again, and keeps no other from ending', async () => {
    for (const id of ['bad', 'good']) place(id, 1_000)
    const failing: Perform = (command) => (command.subject === 'bad' ? Promise.reject(new Error('bad')) : perform(command))
    const { stop } = watch({ perform: failing })
    await pass(5)
    assert.deepEqual([ended, warned], [['good'], 2])
    await stop()
  })

  test('once stopped, ends nothing any more', async () => {
    const { stop } = watch()
    await stop()
    place('one', 1_000)
    await pass(60)
    assert.deepEqual([ended, rounds], [[], 1])
  })
})
