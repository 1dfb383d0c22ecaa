import assert from 'node:assert/strict'
import { it } from 'node:test'
import { filling } from './filling.ts'

it('how old the outbox is is not known while the database is away, nor, once the lead is lost, before the next look', async () => {
  let answer = async () => [{ depth: 3, age: 70 }]
  const { start: look, age, stop } = filling({ $queryRawUnsafe: () => answer() } as never, 100)
  assert.deepEqual([age(true), age(false)], [undefined, undefined])
  await look()
  assert.equal(age(true), 70)
  answer = () => Promise.reject(new Error('away'))
  assert.equal(age(false), undefined)
  await look()
  assert.deepEqual([age(false), age(true)], [undefined, undefined])
  answer = async () => [{ depth: 3, age: 90 }]
  await look()
  assert.equal(age(true), 90)
  age(false)
  await look()
  assert.equal(age(false), 0)
  stop()
})
