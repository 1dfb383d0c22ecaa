import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { causeOf, chosen, type DeadLetter, grouped } from './dead-letters.ts'

const letter = (service: string, reason: string) => ({ service, reason, id: randomUUID() }) as DeadLetter

test('those that died of the same have the same cause, whatever ids and numbers their reasons hold', () => {
  assert.equal(causeOf(`Error: order ${randomUUID()} has 3 lines, not 12\n    at x.ts:1`), 'Error: order … has … lines, not …')
})

test('they are grouped by service and cause, the largest group of a service first', () => {
  const letters = [letter('order', 'a'), letter('email', 'b 1'), letter('order', 'c 1'), letter('order', 'c 2'), letter('email', 'b 2')]
  assert.deepEqual(
    grouped(letters).map(({ service, cause, letters }) => `${service} ${cause} ${letters.length}`),
    ['order c … 2', 'order a 1', 'email b … 2'],
  )
})

test('a cause is meant by its own words or by a reason’s, in any case; one that names nothing means none', () => {
  const letters = [letter('order', 'Error: 12 cents short'), letter('order', 'Error: late')]
  const meant = (choice: Partial<Parameters<typeof chosen>[1]>) => chosen(letters, { ids: [], ...choice }).map(({ reason }) => reason)
  assert.deepEqual(meant({ cause: 'error: … cents' }), ['Error: 12 cents short'])
  assert.deepEqual(meant({ cause: '99 cents short' }), ['Error: 12 cents short'])
  assert.deepEqual(meant({ cause: '' }), [])
  assert.deepEqual(meant({}), [])
  assert.deepEqual(meant({ all: true }).length, 2)
})
