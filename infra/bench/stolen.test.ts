import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stolenBetween, ticksIn } from './stolen.ts'

test('what is stolen is a share of what was wanted: idle time and waiting for a disk are none of it', () => {
  const before = ticksIn('cpu  100 0 50 1000 10 0 5 7 0 0\ncpu0 1 1 1 1')
  const after = ticksIn('cpu  160 0 70 9000 90 0 15 17 0 0\ncpu0 1 1 1 1')
  assert.deepEqual(before, { used: 155, stolen: 7 })
  assert.equal(stolenBetween(before, after), 0.1)
})

test('where nobody tells, nothing was', () => {
  assert.equal(stolenBetween(ticksIn(''), ticksIn('')), 0)
})
