import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { arriving, secondsIn } from './arrivals.ts'

describe('arrivals', () => {
  it('come each when it is due, so many in all, whether those before are answered or not', async () => {
    const came: { nr: number; late: number; due: number }[] = []
    await arriving(500, 0.2, (nr, due) => came.push({ nr, due, late: Date.now() - due }), new AbortController().signal)
    assert.deepEqual(
      came.map(({ nr }) => nr),
      Array.from({ length: 100 }, (_, nr) => nr),
    )
    assert.ok(came.every(({ late }) => late >= 0))
    assert.ok(Math.abs((came[99]?.due ?? 0) - (came[0]?.due ?? 0) - 198) < 0.01)
  })
  it('end when it is enough', async () => {
    const enough = new AbortController()
    let came = 0
    await arriving(100, 3_600, () => void (++came === 3 && enough.abort()), enough.signal)
    assert.equal(came, 3)
  })
  it('last as long as is said', () => {
    assert.deepEqual(['90s', '10m', '1.5h'].map(secondsIn), [90, 600, 5_400])
    for (const text of ['', '10', '-1s', '0m', '1d']) assert.throws(() => secondsIn(text), /Say it as 90s, 10m or 1h/)
  })
})
