import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, percentile } from './measure.ts'
import type { Results, Scene } from './results.ts'
import { source, tables } from './table.ts'

const counts = { placed: 100, lost: 0, doubled: 0, stuck: 0 }
const scenes = (p50: number, perSecond: number, more: Partial<Scene['counts']> = {}) => ({
  rest: { counts, figures: { p50, p95: p50 * 2, p99: p50 * 3 } },
  producers20: { counts: { ...counts, ...more }, figures: { perSecond } },
  producers200: { counts, figures: { perSecond } },
  drain: { counts, figures: { perSecond: perSecond * 3, coldStart: 1_000 } },
})
const of = (...rounds: Results['rounds'][number]['contestants'][]): Results => ({
  at: '2026-11-21T12:00:00.000Z',
  commit: 'abc1234',
  machine: { cpu: 'CPU', cores: 2, memoryGb: 24, system: 'Linux' },
  versions: { node: '24.0.0' },
  load: 0.25,
  rounds: rounds.map((contestants) => ({ kind: 'hop', contestants })),
})

test('the table has the median of the ratios within a round, not the ratio of the medians', () => {
  const results = of(
    { limit: scenes(4, 1_000), system: scenes(6, 1_500) },
    { limit: scenes(2, 2_000), system: scenes(5, 2_200) },
    { limit: scenes(8, 500), system: scenes(8, 600) },
  )
  const [head, , limit, system] = tables(results).split('\n')
  assert.match(head ?? '', /^\| hop \| p50 \| p95 \| p99 \| 20 producers \| 200 producers \| drain \| cold start \|$/)
  assert.match(limit ?? '', /^\| limit \| 4 ms \| 8 ms \| 12 ms \| 1,000\/s \| 1,000\/s \| 3,000\/s \| 1,000 ms \|$/)
  assert.match(system ?? '', /^\| system \| \*\*1.50\*\* 6 ms \| .* \| \*\*1.20\*\* 1,500\/s \|/)
  assert.match(
    source(results),
    /commit abc1234; 2 × CPU, 24 GB, Linux; node 24.0.0.\n3 rounds, on a machine with a load of 0.3 before; 2,400 orders placed, 0 lost/,
  )
})

test('a scene that is played in some rounds alone is told of these', () => {
  const atRest = (p50: number) => ({ rest: scenes(p50, 0).rest })
  const { rest: _, ...underLoad } = scenes(0, 1_500)
  const results = of(
    { limit: atRest(4), system: atRest(6) },
    { limit: atRest(2), system: atRest(4) },
    { limit: underLoad, system: underLoad },
  )
  const [head, , limit, system] = tables(results).split('\n')
  assert.match(head ?? '', /^\| hop \| p50 \| p95 \| p99 \| 20 producers \| 200 producers \| drain \| cold start \|$/)
  assert.match(limit ?? '', /^\| limit \| 3 ms \|.*\| 1,500\/s \| 4,500\/s \|/)
  assert.match(system ?? '', /^\| system \| \*\*1.75\*\* 5 ms \|.*\| \*\*1.00\*\* 1,500\/s \|/)
})

test('it is told how much of the CPU others were given, where that is known', () => {
  const round = { kind: 'hop', contestants: { limit: scenes(4, 1_000), system: scenes(6, 1_500) } }
  const lines = source({
    ...of(),
    rounds: [round, { ...round, stolen: { limit: 0.02, system: 0.314 } }, { ...round, stolen: { limit: 0.04 } }],
  })
  assert.match(lines, /^Of the CPU that was wanted, the host gave 4 % to others, and at most 31 % while one of them ran.$/m)
  assert.doesNotMatch(source({ ...of(), rounds: [round] }), /host/)
})

for (const what of ['lost', 'doubled', 'stuck'] as const)
  test(`a figure in which something was ${what} is void, and so is what is compared with it; the others stand`, () => {
    const sound = { limit: scenes(4, 1_000), system: scenes(6, 1_500) }
    const cells = (results: Results, row: number) => tables(results).split('\n')[row]?.split(' | ')
    const own = of(sound, { ...sound, system: scenes(6, 1_500, { [what]: 1 }) })
    assert.deepEqual([cells(own, 2)?.[4], cells(own, 3)?.[4], cells(own, 3)?.[5]], ['1,000/s', 'void', '**1.50** 1,500/s'])
    const limits = of({ ...sound, limit: scenes(4, 1_000, { [what]: 1 }) })
    assert.deepEqual([cells(limits, 2)?.[4], cells(limits, 3)?.[4]], ['void', 'void'])
  })

for (const scene of ['warmUp', 'afterwards'])
  test(`every figure is void where something was lost in ${scene}`, () => {
    const spoilt = { ...scenes(6, 1_500), [scene]: { counts: { ...counts, lost: 1 }, figures: {} } }
    const system = tables(of({ limit: scenes(4, 1_000), system: spoilt })).split('\n')[3]
    assert.match(system ?? '', /^\| system( \| void){7} \|$/)
  })

test('overload stands beside what is one’s own at rest, and how much is refused beside nothing', () => {
  const scenes = (p99: number, overload: number, refused: number) => ({
    rest: { counts, figures: { p50: p99, p95: p99, p99 } },
    overload: { counts, figures: { p99: overload, refused } },
  })
  const round = { kind: 'POST /orders', contestants: { bare: scenes(4, 400, 0), system: scenes(6, 24, 75) } }
  const [head, , bare, system] = tables({ ...of(), rounds: [round] }).split('\n')
  assert.match(head ?? '', /^\| POST \/orders \| p50 \| p95 \| p99 \| overload, p99 \| overload, refused \|$/)
  assert.match(bare ?? '', /\| 4 ms \| \*\*100.00\*\* 400 ms \| 0 % \|$/)
  assert.match(system ?? '', /\| \*\*1.50\*\* 6 ms \| \*\*4.00\*\* 24 ms \| 75 % \|$/)
})

test('percentiles are by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  assert.deepEqual([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)], [50, 95, 99])
  assert.equal(percentile([7], 0.99), 7)
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5])
})
