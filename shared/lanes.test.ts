import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lane } from './lanes.ts'

class Away extends Error {}
const away = (error: unknown) => error instanceof Away

describe('a lane', () => {
  it('takes a single item at once, and together what has come meanwhile, up to its bound', async () => {
    const batches: number[] = []
    const work = async (items: readonly number[]) => {
      batches.push(items.length)
      return items.map((item) => item * 2)
    }
    const take = lane(work, { max: 3 })
    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(take)), [2, 4, 6, 8, 10])
    assert.deepEqual(batches, [1, 3, 1])
  })

  it('does a batch that throws again one by one, so that what is bad fails alone', async () => {
    const take = lane(async (items: readonly string[]) => (items.includes('bad') ? assert.fail('bad') : [...items]), { max: 10 })
    const outcomes = await Promise.allSettled(['first', 'good', 'bad', 'fine'].map(take))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
  })

  it('tries the same batch again, never one by one, while the fault is not its own', async () => {
    const tries: number[] = []
    const work = async (items: readonly number[]) => {
      if (tries.push(items.length) < 4) throw new Away()
      return [...items]
    }
    const take = lane(work, { max: 10, patient: away })
    await Promise.all([1, 2, 3].map(take))
    assert.deepEqual(tries, [1, 1, 1, 1, 2])
  })
})

describe('a lane with a fault that is everybody’s', () => {
  it('tries nobody alone', async () => {
    let tries = 0
    const work = async () => {
      tries++
      throw new Away()
    }
    const take = lane(work, { max: 10, common: away })
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(take))
    assert.ok(outcomes.every(({ status }) => status === 'rejected'))
    assert.equal(tries, 2)
  })
})

describe('a lane with more on its way', () => {
  it('gathers a little before each batch, and no longer than there is more', async () => {
    const batches: number[] = []
    let more = true
    const work = async (items: readonly number[]) => {
      batches.push(items.length)
      return [...items]
    }
    const take = lane(work, { max: 10, more: () => more })
    const early = [1, 2, 3].map(take)
    await Promise.all(early)
    more = false
    await Promise.all([4, 5].map(take))
    assert.deepEqual(batches, [3, 1, 1])
  })
})
