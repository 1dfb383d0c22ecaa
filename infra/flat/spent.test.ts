import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuIn, perOrder } from './spent.ts'

test('CPU is what a process and its ended children have used, whatever its name', () => {
  const stat = '811 (postgres: a (b) c) S 1 811 811 0 -1 4194304 1 2 3 4 120 30 40 5 20 0 1 0 12345 1 2 3'
  assert.equal(cpuIn(stat), (120 + 30 + 40 + 5) * 10)
})

test('what is gone has used nothing', () => {
  assert.equal(cpuIn(''), 0)
})

test('what has been spent is told per order', () => {
  assert.deepEqual(perOrder({ order: 1_000, wal: 50 }, { order: 1_500, wal: 250, scanned: 10 }, 100), { order: 5, wal: 2, scanned: 0.1 })
})
