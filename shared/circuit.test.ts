import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pLimit from 'p-limit'
import { circuit, Unreachable } from './circuit.ts'
import { Unprocessable } from './messaging/envelope.ts'
import { eventually } from './testing/eventually.ts'

describe('the circuit around what a service asks', () => {
  const quickly = { first: 20, longest: 40 }
  class Timeout extends Error {}
  const fails = (error: Error) => () => Promise.reject(error)
  const answers = async () => 'yes'
  const nine = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']

  it('lets who asks wait while what is asked cannot be reached, at the cost of nothing; one alone asks again until it answers', async () => {
    const { ask, isOpen } = circuit('email', quickly)
    let away = true
    let asking = 0
    let most = 0
    let asked = 0
    const question = async () => {
      asked++
      most = Math.max(most, ++asking)
      await new Promise((resolve) => setTimeout(resolve, 5))
      asking--
      if (away) throw new Unreachable('nobody is there')
      return 'yes'
    }
    const first = ask('a', question)
    await eventually(() => assert.ok(isOpen()))
    const others = Array.from({ length: 20 }, (_, i) => ask(`b${i}`, question))
    await eventually(() => assert.ok(asked > 5))
    assert.equal(most, 1)
    away = false
    assert.deepEqual(new Set(await Promise.all([first, ...others])), new Set(['yes']))
    assert.ok(!isOpen())
  })

  it('opens when ten orders in a row get no answer: the first nine have failed, the tenth waits', async () => {
    const { ask, isOpen } = circuit('payment', quickly)
    for (const order of nine) await assert.rejects(ask(order, fails(new Timeout())), Timeout)
    assert.ok(!isOpen())
    let away = true
    const tenth = ask('j', () => (away ? Promise.reject(new Timeout()) : answers()))
    await eventually(() => assert.ok(isOpen()))
    away = false
    assert.equal(await tenth, 'yes')
  })

  it('lets nobody who waits keep another from asking: with ten orders that never get an answer, others are answered all the same', async () => {
    const { ask } = circuit('email', quickly)
    const turn = pLimit(2)
    let never = true
    const poison = [...nine, 'j'].map((order) => ask(order, () => (never ? Promise.reject(new Timeout()) : answers()), turn))
    const failed = Promise.allSettled(poison)
    for (let i = 0; i < 20; i++) assert.equal(await ask(`good ${i}`, answers, turn), 'yes')
    never = false
    const outcomes = await failed
    assert.ok(outcomes.some(({ status }) => status === 'rejected'))
  })

  it('stays closed for one order that fails time and again, for failures between answers, and for refusals', async () => {
    const { ask, isOpen } = circuit('payment', quickly)
    for (let i = 0; i < 20; i++) await assert.rejects(ask('always the same', fails(new Timeout())), Timeout)
    await ask('another', answers)
    for (let i = 0; i < 20; i++) {
      for (const order of nine) await assert.rejects(ask(`${order}${i}`, fails(new Timeout())), Timeout)
      await (i % 2 ? ask('another', answers) : assert.rejects(ask('another', fails(new Unprocessable('no such recipient'))), Unprocessable))
    }
    for (let i = 0; i < 20; i++) await assert.rejects(ask(`refused ${i}`, fails(new Unprocessable('no such recipient'))), Unprocessable)
    assert.ok(!isOpen())
  })

  it('is closed again by a refusal, which is an answer', async () => {
    const { ask, isOpen } = circuit('email', quickly)
    let away = true
    const asked = ask('a', () => Promise.reject(away ? new Unreachable('nobody is there') : new Unprocessable('no such recipient')))
    await eventually(() => assert.ok(isOpen()))
    away = false
    await assert.rejects(asked, Unprocessable)
    assert.ok(!isOpen())
  })
})
