import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Unprocessable } from './envelope.ts'
import { verdictOn } from './retry.ts'

const delivery = (headers?: object) => ({ properties: { headers } }) as never
const delays = [500, 2_000]

describe('the verdict on a delivery that failed', () => {
  it('is another attempt after the next, longer delay, and death when there is none left', () => {
    const fault = new Error('for now')
    assert.deepEqual(verdictOn(delivery(), fault, delays), { is: 'retry', attempt: 1, delay: 500 })
    assert.deepEqual(verdictOn(delivery({ 'x-attempt': 2 }), fault, delays), { is: 'retry', attempt: 2, delay: 2_000 })
    assert.deepEqual(verdictOn(delivery({ 'x-attempt': 3 }), fault, delays), { is: 'dead', attempt: 3 })
  })
  it('is death at once for what can never be processed', () => {
    assert.deepEqual(verdictOn(delivery(), new Unprocessable('no JSON'), delays), { is: 'dead', attempt: 1 })
  })
  it('is death at once for what the database can never keep, and another attempt for what it refuses for now', () => {
    const refused = (originalCode: string) =>
      Object.assign(new Error('refused'), { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode } } } })
    for (const code of ['22003', '22P05', '22021']) assert.equal(verdictOn(delivery(), refused(code), delays).is, 'dead', code)
    for (const code of ['23505', '40P01']) assert.equal(verdictOn(delivery(), refused(code), delays).is, 'retry', code)
  })
  it('takes a count that makes no sense for the first attempt', () => {
    for (const attempt of ['x', -1, 0, 1.5, null])
      assert.equal(verdictOn(delivery({ 'x-attempt': attempt }), new Error(), delays).attempt, 1)
  })
})
