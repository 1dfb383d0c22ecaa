import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Order } from './judge.ts'
import { tallying } from './stock.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const ended = (secondsAgo: number) => new Date(now - secondsAgo * 1_000).toISOString()
const order = (status: Order['status'], quantity: number, endedAt = ended(600)): Order => ({
  orderId: '',
  status,
  totalCents: 0,
  placedAt: ended(700),
  lines: [{ sku: 'tea', quantity }],
  ...(status !== 'placed' && { endedAt }),
})
const faults = (orders: readonly Order[], available: number, reserved: number, shipped: number) => {
  const tally = tallying({ now, settling: 180_000 })
  for (const one of orders) tally.add(one)
  return tally.faultsOf([{ sku: 'tea', seeded: 100, available, reserved, shipped }]).map(({ is, what }) => `${is}: ${what}`)
}

test('at rest, what has left is what was bought, and nothing is held', () => {
  const orders = [order('completed', 3), order('cancelled', 5)]
  assert.deepEqual(faults(orders, 97, 0, 3), [])
  assert.deepEqual(faults(orders, 92, 5, 3), ['stuck: tea: 5 reserved, orders under way have 0'])
  assert.deepEqual(faults(orders, 100, 0, 0), ['lost: tea: 0 shipped, 3 bought'])
  assert.deepEqual(faults(orders, 92, 0, 8), ['doubled: tea: 8 shipped, 3 bought'])
})

test('pieces neither come from nowhere nor go there', () => {
  assert.deepEqual(faults([], 99, 0, 0), ['lost: tea: of 100, 99 are available, 0 reserved, 0 shipped'])
  assert.deepEqual(faults([order('placed', 101)], -1, 101, 0), ['lost: tea: of 100, -1 are available, 101 reserved, 0 shipped'])
})

test('what is under way, or has only just ended, may hold its pieces, or have had them taken', () => {
  assert.deepEqual(faults([order('placed', 4)], 96, 4, 0), [])
  assert.deepEqual(faults([order('placed', 4)], 96, 0, 4), ['doubled: tea: 4 shipped, 0 bought'])
  for (const [available, reserved, shipped] of [
    [98, 2, 0],
    [98, 0, 2],
  ] as const)
    assert.deepEqual(faults([order('completed', 2, ended(5))], available, reserved, shipped), [])
  assert.deepEqual(faults([order('cancelled', 2, ended(5))], 98, 2, 0), [])
})
