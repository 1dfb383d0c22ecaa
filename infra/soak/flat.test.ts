import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { growthOf, tableOf } from './flat.ts'

const samples = (sizes: readonly number[]) => sizes.map((order) => ({ order, jaeger: 400 }))
const isFlat = (sizes: readonly number[]) => growthOf(samples(sizes)).map(({ name, flat }) => [name, flat])

describe('memory over time', () => {
  it('is flat when it comes to rest, wherever it has begun, and moves a little', () => {
    assert.deepEqual(isFlat([60, 90, 100, 102, 99, 101, 104, 98]), [
      ['order', true],
      ['jaeger', true],
    ])
  })
  it('is not flat when it goes on growing', () => {
    assert.deepEqual(isFlat([60, 90, 120, 150, 180, 210, 240, 270]), [
      ['order', false],
      ['jaeger', true],
    ])
  })
  it('is told part by part, and all together', () => {
    assert.match(
      tableOf(growthOf(samples([100]))).join('\n'),
      /^MiB +at first +2nd quarter +last quarter +flat\norder +100 +100 +100 +yes\njaeger .*\nall +500 +500 +500 +yes$/,
    )
  })
})
