import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { hearing } from './hear.ts'
import { points, won } from './testing/toy.ts'

test('an ask that throws at once, and gives no promise, fails as one that rejects; no timer of its own is left', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const check = () => {
    throw new Error('at once')
  }
  const hear = hearing({
    ...{ name: 'points', choreography: points, asks: { check }, asksAtOnce: 1, patient: () => false },
    ...{ db: {}, inbox: { known: async () => new Set() }, store: { load: async () => new Map() } },
  } as never)
  const unhandled = once(process, 'unhandledRejection').then(([reason]) => reason)
  await assert.rejects(hear({ event: won(undefined, 'game.checked'), at: ROOT_CONTEXT }), /^Error: at once$/)
  mock.timers.tick(60_000)
  assert.equal(await Promise.race([unhandled, turn()]), undefined)
})
