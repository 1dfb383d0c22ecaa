import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { suite, test } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { orderEvents } from '@pas-de-cinq/order/events'
import { TransactionExpired } from '@pas-de-cinq/shared/database-faults'
import { hearing } from '@pas-de-cinq/shared/hear'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { PrismaClient } from './generated/client.ts'
import { shipping } from './reactions.ts'
import { store } from './store.ts'

const ways: [what: string, statements: number, seconds: number][] = [
  ['than a transaction may', 3, 2],
  ['in one statement than a statement may', 1, 6],
]

suite('an event that always takes longer', { concurrency: true }, () => {
  for (const [what, statements, seconds] of ways)
    test(`${what} fails alone: the others of its batch are done`, async () => {
      const fresh = await freshGround({
        ...{ name: 'shipping', choreography: shipping, store },
        database: (options) => new PrismaClient(options),
        patience: 5_000,
      })
      const slow = randomUUID()
      const hear = hearing({
        ...fresh.ground,
        store: {
          ...store,
          async save(tx, states, happened, cues) {
            if (happened.some(({ subject }) => subject === slow))
              for (let i = 0; i < statements; i++) await tx.$executeRaw`select pg_sleep(${seconds})`
            await store.save(tx, states, happened, cues)
          },
        },
      })
      const events = [randomUUID(), slow, randomUUID(), randomUUID()].map((id) =>
        saidBy('order', orderEvents)(id, 'order.cancelled', { reason: 'by-customer' }),
      )
      const outcomes = await Promise.allSettled(events.map((event) => hear({ event, at: ROOT_CONTEXT })))
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.is : outcome.reason instanceof TransactionExpired)),
        ['done', true, 'done', 'done'],
      )
      await fresh.drop()
    })
})
