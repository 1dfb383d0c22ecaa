import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { DatabaseAway, isAway } from './database-faults.ts'
import { hearing } from './hear.ts'
import { points, won } from './testing/toy.ts'

const asking = (check: () => Promise<unknown>) => {
  const hear = hearing({
    name: 'points',
    choreography: points,
    asks: { check },
    asksAtOnce: 1,
    patient: isAway,
    db: {},
    inbox: { known: async () => new Set() },
    store: { load: async () => new Map() },
  } as never)
  return () => hear({ event: won(undefined, 'game.checked'), at: ROOT_CONTEXT })
}

test('an ask that throws at once, and gives no promise, fails as one that rejects; no timer of its own is left', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const check = () => {
    throw new Error('at once')
  }
  const hear = asking(check)
  const unhandled = once(process, 'unhandledRejection').then(([reason]) => reason)
  await assert.rejects(hear(), /^Error: at once$/)
  mock.timers.tick(60_000)
  assert.equal(await Promise.race([unhandled, turn()]), undefined)
})

test('an ask whose own connection fails has failed; one that finds the database away is put again', async () => {
  const refused = asking(() => Promise.reject(Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' })))
  await assert.rejects(refused(), /no connection/)
  const faults = [new DatabaseAway('away'), new DatabaseAway('still away'), new Error('asked a third time')]
  await assert.rejects(asking(() => Promise.reject(faults.shift()))(), /asked a third time/)
})
