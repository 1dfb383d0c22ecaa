import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAtRest } from './dances.ts'
import type { Said } from './listen.ts'
import { tree } from './tree.ts'

const completed = [
  'order.placed',
  'inventory.reserved',
  'payment.approved',
  'shipping.dispatched',
  'order.completed',
  'inventory.withdrawn',
]
const letters = (count: number) => Array<string>(count).fill('email.sent')

test('a completed order is at rest once its stock has gone and both its letters have', () => {
  assert.equal(isAtRest([...completed, ...letters(2)]), true)
  assert.equal(isAtRest([...completed, ...letters(1)]), false)
  assert.equal(isAtRest([...completed.slice(0, -1), ...letters(2)]), false)
})

test('a cancelled order is at rest once it leaves nothing behind, whoever won the race for the money', () => {
  const outOfStock = ['order.placed', 'inventory.rejected', 'order.cancelled', ...letters(2)]
  assert.equal(isAtRest(outOfStock), false)
  assert.equal(isAtRest([...outOfStock, 'payment.declined']), true)
  assert.equal(isAtRest([...outOfStock, 'payment.approved']), false)
  assert.equal(isAtRest([...outOfStock, 'payment.approved', 'payment.refunded']), false)
  assert.equal(isAtRest([...outOfStock, 'payment.approved', 'payment.refunded', 'email.sent']), true)
})

test('a parcel that left before the cancellation has to come back', () => {
  const late = [...completed.slice(0, 4), 'order.cancelled', 'inventory.released', 'payment.refunded', ...letters(3)]
  assert.equal(isAtRest(late), false)
  assert.equal(isAtRest([...late, 'shipping.recalled']), true)
})

test('the tree puts each event below its cause, with the milliseconds since the order was placed', () => {
  const said = (id: string, type: string, at: number, causationid?: string): Said => ({
    id,
    type,
    time: new Date(at).toISOString(),
    correlationid: 'an order',
    data: {},
    ...(causationid && { causationid }),
  })
  const events = [
    said('1', 'order.placed', 0),
    said('2', 'payment.declined', 40, '1'),
    said('3', 'order.cancelled', 70, '2'),
    said('4', 'inventory.reserved', 50, '1'),
  ]
  assert.deepEqual(
    tree(events).map((line) => line.replace(/(\S) +(\d+ ms)$/, '$1 · $2')),
    ['order.placed · 0 ms', '  payment.declined · 40 ms', '    order.cancelled · 70 ms', '  inventory.reserved · 50 ms'],
  )
})
