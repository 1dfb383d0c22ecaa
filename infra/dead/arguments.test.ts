import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandOf } from './arguments.ts'

const services = ['order', 'payment']
const asked = (line: string) => commandOf(line.split(' ').filter(Boolean), services)

test('without a word, it lists', () => {
  assert.deepEqual(asked(''), { does: 'list' })
})

test('letters are chosen by id, cause or all of them, in the services that are named, or in all', () => {
  const one = { ids: ['some-id'], cause: undefined, all: false }
  assert.deepEqual(asked('send payment some-id'), { does: 'send', services: ['payment'], choice: one, vouched: false })
  assert.deepEqual(asked('send some-id --vouch'), { does: 'send', services, choice: one, vouched: true })
  assert.deepEqual(asked('send --all'), { does: 'send', services, choice: { ids: [], cause: undefined, all: true }, vouched: false })
  const ofCause = { ids: [], cause: 'fit', all: false }
  assert.deepEqual(asked('discard order --cause fit --reason why'), {
    does: 'discard',
    services: ['order'],
    choice: ofCause,
    reason: 'why',
  })
})

test('whoever chooses nothing, or in two ways, is asked what is meant: all is never taken for granted', () => {
  for (const line of ['send', 'send payment', 'send id --all', 'send --all --cause fit', 'discard --reason why', 'show a b', 'edit'])
    assert.throws(() => asked(line), /which ones?\?/, line)
  assert.throws(() => asked('discard id'), /why\?/)
  assert.throws(() => asked('redrive'), /There is no redrive/)
})
