import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, verdict } from './goals.ts'
import { tables } from './table.ts'

const counts = { placed: 100, lost: 0, doubled: 0, stuck: 0 }
const cost = (order: number, more = {}) => ({ cost: { counts, figures: { order, wal: 20, messages: 0, p50: 30, ...more } } })
const crew = (p50: number, perSecond: number) => ({
  rest: { counts, figures: { p50, p95: p50, p99: p50 } },
  producers20: { counts, figures: { perSecond } },
})
const results = (large: object, two = crew(10, 95)) => ({
  rounds: [
    { kind: 'the dance', contestants: { few: cost(4), many: { ...cost(4), ...large } } },
    { kind: 'instances', contestants: { one: crew(10, 100), two } },
  ],
})

test('the table has a row for each thing that is spent, a column for each state, and then the instances', () => {
  const lines = tables(results(cost(4.2))).split('\n')
  assert.deepEqual(lines.slice(0, 5), [
    '| the dance | few | many |',
    '|---|--:|--:|',
    '| CPU: order | 4 ms | **1.05** 4.2 ms |',
    '| WAL | 20 KiB | **1.00** 20 KiB |',
    '| p50 | 30 ms | **1.00** 30 ms |',
  ])
  assert.ok(lines.includes('| two | **1.00** 10 ms | **1.00** 10 ms | **1.00** 10 ms | **0.95** 95/s |'))
})

test('nothing beside nothing is as much', () => {
  const scanning = (scanned: number) => cost(4, { scanned })
  const rounds = [0, 7].map((rows) => ({ kind: 'the dance', contestants: { few: scanning(rows), many: scanning(rows) } }))
  assert.match(tables({ rounds }), /\| rows read by scans \| 3.5 \| \*\*1.00\*\* 3.5 \|/)
})

test('flat is what costs at most 1.1 times as much, whatever the time it takes', () => {
  assert.deepEqual(faultsOf(results(cost(4.4, { p50: 90 }))), [])
  assert.match(verdict(results(cost(4.4))).join(), /^No cost is above 1.1 times/)
  assert.deepEqual(verdict(results(cost(4.5, { wal: 30 }))), [
    'many: CPU: order is 1.13 times that of few.',
    'many: WAL is 1.50 times that of few.',
  ])
})

test('where orders wait for each other it is told that nothing is', () => {
  assert.match(verdict(results(cost(4, { p50: 1_200 }))).join(), /^many: with a p50 of 1200 ms this machine does not keep up/)
})

test('two instances may lose a tenth of the throughput and a fifth of the p50', () => {
  assert.deepEqual(faultsOf(results(cost(4), crew(12, 90))), [])
  assert.deepEqual(faultsOf(results(cost(4), crew(13, 80))), [
    'two: p50 is 1.30 times that of one.',
    'two: 20 producers is 0.80 times that of one.',
  ])
})

test('what is void is judged by nobody', () => {
  const lost = { cost: { counts: { ...counts, lost: 1 }, figures: { order: 9 } } }
  assert.deepEqual(faultsOf(results(lost)), [])
  assert.match(tables(results(lost)), /CPU: order \| 4 ms \| void/)
})
