import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mixed, usualMix } from './mix.ts'

const names = (mix: string) => mixed(mix).map(({ name }) => name)

describe('a mix of orders', () => {
  it('has each kind as often as its share is, evenly spread', () => {
    assert.deepEqual(names('happy=4,declined=1,cancelled=1'), ['happy', 'happy', 'declined', 'cancelled', 'happy', 'happy'])
    assert.equal(names(usualMix).length, 11)
  })
  it('refuses a kind that it does not know, a share that is none, and nothing at all', () => {
    assert.throws(() => mixed('sad=1'), /--mix sad=1\? It is made of happy=N,declined=N/)
    assert.throws(() => mixed('happy=-1'), /--mix happy=-1\?/)
    assert.throws(() => mixed('happy=0'), /of nothing/)
    assert.throws(() => mixed(''), /--mix \?/)
  })
})
