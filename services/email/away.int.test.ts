import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { orderEvents } from '@pas-de-cinq/order/events'
import { circuit } from '@pas-de-cinq/shared/circuit'
import { hearing } from '@pas-de-cinq/shared/hear'
import { brokerAt } from '@pas-de-cinq/shared/messaging/broker'
import { consume } from '@pas-de-cinq/shared/messaging/consumer'
import { handingOn } from '@pas-de-cinq/shared/messaging/retry'
import { suspectsIn } from '@pas-de-cinq/shared/messaging/suspects'
import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { privateVhost } from '@pas-de-cinq/shared/testing/broker'
import { eventually } from '@pas-de-cinq/shared/testing/eventually'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { mailServer } from '../../infra/testing/mail-server.ts'
import { PrismaClient } from './generated/client.ts'
import { email } from './reactions.ts'
import { smtp } from './smtp.ts'
import { store } from './store.ts'

suite('email, on RabbitMQ, PostgreSQL and SMTP', () => {
  const delays = [50, 100]
  let server: Awaited<ReturnType<typeof mailServer>>
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let grounds: Awaited<ReturnType<typeof fresh>>
  const fresh = () =>
    freshGround({
      name: 'email',
      choreography: email,
      store,
      database: (options) => new PrismaClient(options),
      asks: (transact) => smtp(transact, server.url),
    })

  before(async () => {
    server = await mailServer()
    vhost = await privateVhost({ email } as never, delays)
    grounds = await fresh()
  })
  after(async () => {
    await (grounds.ground.asks as unknown as ReturnType<typeof smtp>).stop()
    await grounds.drop()
    await vhost.end()
    await server.close()
  })

  const placed = () =>
    saidBy('order', orderEvents)(randomUUID(), 'order.placed', {
      customer: { name: 'Ada', email: 'ada@example.org' },
      address: { country: 'FR' },
      lines: [{ sku: 'tea', quantity: 1, unitPriceCents: 1_450 }],
      totalCents: 1_450,
      paymentMethod: 'pm_card_visa',
    })
  const tell = async (orders: number) => {
    for (const event of Array.from({ length: orders }, placed)) {
      const options = { messageId: event.id, type: event.type, correlationId: event.subject, contentType: 'application/cloudevents+json' }
      vhost.channel.publish('events', event.type, Buffer.from(JSON.stringify(event)), options)
    }
    await vhost.channel.waitForConfirms()
  }

  test('the mail server is away for longer than all retries take: no event becomes a dead letter, and every letter goes out once', async () => {
    const outside = circuit('email')
    const { handOn, ...handing } = handingOn('email')
    const consumer = consume({
      service: 'email',
      hears: email.hears,
      types: new Set(heardBy(email)),
      delays,
      hear: hearing({ ...grounds.ground, circuit: outside }),
      handOn,
      suspects: suspectsIn(grounds.db),
    })
    const brokers = [brokerAt(vhost.url, 'email says', [handing]), brokerAt(vhost.url, 'email hears', [consumer])]
    for (const { start } of brokers) start()
    await tell(3)
    await eventually(() => assert.equal(server.mails.length, 3))

    await server.close()
    await tell(320) // more than are in hand at once
    await eventually(() => assert.ok(outside.isOpen()))
    await new Promise((resolve) => setTimeout(resolve, 20 * (delays[0] as number) + 20 * (delays[1] as number))) // is what is tested
    assert.ok(outside.isOpen())
    assert.equal(await vhost.count('email.dead'), 0)
    assert.equal(server.mails.length, 3)

    await server.open()
    await eventually(() => assert.equal(server.mails.length, 323), 180_000)
    await eventually(async () => assert.equal(await vhost.count('email'), 0))
    assert.equal(await vhost.count('email.dead'), 0)
    assert.equal(new Set(server.mails.map(({ messageId }) => messageId)).size, 323)
    assert.ok(!outside.isOpen())
    await consumer.stop()
    await Promise.all(brokers.map(({ stop }) => stop()))
  })
})
