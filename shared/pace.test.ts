import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pacing } from './pace.ts'

describe('a pace', () => {
  const timesOf = async (pace: () => Promise<void>, count: number) => {
    const began = performance.now()
    return await Promise.all(Array.from({ length: count }, () => pace().then(() => performance.now() - began)))
  }

  it('lets them through evenly, in their order', async () => {
    const times = await timesOf(pacing(100), 11)
    times.forEach((time, i) => {
      assert.ok(time >= i * 10 - 2, `${i}: ${time}`)
    })
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  })

  it('saves nothing up while nobody comes', async () => {
    const pace = pacing(100)
    await pace()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const times = await timesOf(pace, 3)
    assert.ok((times[2] ?? 0) >= 18, String(times[2]))
  })

  it('is none where there is no limit', async () => {
    const timer = setImmediate(() => assert.fail('it had to wait for its turn'))
    await timesOf(pacing(), 1_000)
    clearImmediate(timer)
  })
})
