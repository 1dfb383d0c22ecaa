import assert from 'node:assert/strict'
import { test } from 'node:test'
import { undoing } from './undo.ts'

test('what is in force is undone once, by whoever comes first, and what cannot be undone keeps nothing else from it', async () => {
  const undo = undoing()
  const undone: string[] = []
  const thaw = undo.by(() => undone.push('thawed'))
  const hear = undo.by(async () => undone.push('hears'))
  undo.by(() => Promise.reject(new Error('it is gone')))
  await thaw()
  assert.deepEqual(await undo.all(), ['it is gone'])
  await Promise.all([thaw(), hear()])
  assert.deepEqual(undone, ['thawed', 'hears'])
})

test('nothing more is put into force once all is undone', async () => {
  const undo = undoing()
  await undo.all()
  assert.throws(() => undo.by(() => {}), /nothing more is done/)
})
