import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { suite, test } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { orderEvents } from '@pas-de-cinq/order/events'
import { TransactionExpired } from '@pas-de-cinq/shared/database-faults'
import { hearing } from '@pas-de-cinq/shared/hear'
import { together } from '@pas-de-cinq/shared/together'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { PrismaClient } from './generated/client.ts'
import { shipping } from './reactions.ts'
import { store } from './store.ts'

const inTurn = async (statements: readonly (() => Promise<unknown>)[]) => {
  for (const statement of statements) await statement()
}
const ways: [what: string, seconds: readonly number[], sent: typeof inTurn, patience: number][] = [
  ['than a transaction may', [2, 2, 2], inTurn, 5_000],
  ['in one statement than a statement may', [6], inTurn, 10_000],
  ['in statements that are sent together than an answer may', [3, 3], async (statements) => void (await together(...statements)), 10_000],
]

suite('an event that always takes longer', { concurrency: true }, () => {
  for (const [what, seconds, sent, patience] of ways)
    test(`${what} fails alone: the others of its batch are done`, async () => {
      const fresh = await freshGround({
        name: 'shipping',
        choreography: shipping,
        store,
        database: (options) => new PrismaClient(options),
        patience,
      })
      const slow = randomUUID()
      const hear = hearing({
        ...fresh.ground,
        store: {
          ...store,
          async save(tx, states, happened, cues) {
            if (happened.some(({ subject }) => subject === slow))
              await sent(seconds.map((each) => () => tx.$executeRaw`select pg_sleep(${each})`))
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
