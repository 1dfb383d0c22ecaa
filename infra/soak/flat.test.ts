import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { growthOf, tableOf, untold } from './flat.ts'

const part = (takes: number, began = 'today') => ({ takes, began })
const samples = (sizes: readonly number[]) => sizes.map((order) => ({ order: part(order), jaeger: part(400) }))
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
  it('is told by nothing of a part that was started anew, or cannot be read', () => {
    assert.deepEqual(untold(samples([100, 120])), [])
    assert.deepEqual(untold([{ order: part(150) }, { order: part(60, 'a little later') }]), [
      'order was started anew meanwhile: what it took says nothing.',
    ])
    assert.deepEqual(untold(samples([0])), ['What order takes cannot be read at all times.'])
    assert.deepEqual(untold([{ order: part(150) }, {}]), ['What order takes cannot be read at all times.'])
  })
})
