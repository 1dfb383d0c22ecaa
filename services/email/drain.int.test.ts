import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { orderEvents } from '@pas-de-cinq/order/events'
import { hearing } from '@pas-de-cinq/shared/hear'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { mailServer } from '../../infra/testing/mail-server.ts'
import { PrismaClient } from './generated/client.ts'
import { email } from './reactions.ts'
import { smtp } from './smtp.ts'
import { store } from './store.ts'

suite('email, after a pause', () => {
  let server: Awaited<ReturnType<typeof mailServer>>
  let email_: Awaited<ReturnType<typeof ground>>
  const ground = () =>
    freshGround({
      name: 'email',
      choreography: email,
      store,
      database: (options) => new PrismaClient(options),
      asks: (transact) => smtp(transact, server.url),
    })

  before(async () => {
    server = await mailServer()
    email_ = await ground()
  })
  after(async () => {
    await (email_.ground.asks as unknown as ReturnType<typeof smtp>).stop()
    await email_.drop()
    await server.close()
  })

  test('drains what a thousand orders have left in batches, a letter for each, and no letter twice', async () => {
    let transactions = 0
    const transact: typeof email_.ground.transact = (work) => {
      transactions++
      return email_.ground.transact(work)
    }
    const hear = hearing({ ...email_.ground, transact })
    const order = saidBy('order', orderEvents)
    const orders = Array.from({ length: 1_000 }, () => randomUUID())
    const placed = orders.map((id) =>
      order(id, 'order.placed', {
        customer: { name: 'Ada', email: 'ada@example.org' },
        address: { country: 'FR' },
        paymentMethod: 'pm_card_visa',
        totalCents: 1_450,
        lines: [{ sku: 'tea', quantity: 1, unitPriceCents: 1_450 }],
      }),
    )
    const completed = orders.map((id) => order(id, 'order.completed', {}))
    await Promise.all([...placed, ...completed].map((event) => hear({ event, at: ROOT_CONTEXT })))

    assert.equal(new Set(server.mails.map(({ messageId }) => messageId)).size, 2_000)
    assert.equal(server.mails.length, 2_000)
    assert.ok(transactions < 500, `${transactions} transactions for 2,000 events`)
  })
})
