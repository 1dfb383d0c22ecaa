import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { patiently } from './patiently.ts'

class Away extends Error {}
const away = (error: unknown) => error instanceof Away

describe('patience', () => {
  it('ends with what is no passing fault', async () => {
    let tries = 0
    const work = async () => {
      if (++tries < 3) throw new Away()
      throw new Error('for good')
    }
    await assert.rejects(patiently(work, away, 1), /for good/)
    assert.equal(tries, 3)
  })
})
