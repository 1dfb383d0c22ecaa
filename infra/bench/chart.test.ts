import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chart } from './chart.ts'

const counts = { placed: 10, lost: 0, doubled: 0, stuck: 0 }
const scenes = (p50: number, lost = 0) => ({ rest: { counts: { ...counts, lost }, figures: { p50, p95: p50, p99: p50 } } })
const results = (lost: number) => ({
  at: '2026-11-21T12:00:00.000Z',
  commit: 'abc1234',
  machine: { cpu: 'CPU', cores: 2, memoryGb: 24, system: 'Linux' },
  versions: {},
  load: 0,
  rounds: [{ kind: 'dance', contestants: { 'by hand': scenes(4), system: scenes(6), 'system, traced': scenes(8, lost) } }],
})
const bars = (svg: string) => [...svg.matchAll(/aria-roledescription="bar"/g)].length

test('the chart has a bar for each figure of whoever is compared, and none for what is void', async () => {
  const svg = await chart(results(0))
  assert.equal(bars(svg), 2 * 3)
  for (const word of ['dance', 'system, traced', 'p99', 'less is better']) assert.ok(svg.includes(word), word)
  assert.equal(bars(await chart(results(1))), 3)
})

test('the same figures make the same chart', async () => {
  assert.equal(await chart(results(0)), await chart(results(0)))
})
