import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { orderEvents } from '@pas-de-cinq/order/events'
import { hearing } from '@pas-de-cinq/shared/hear'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { mailServer, refusal } from '../../infra/testing/mail-server.ts'
import { served } from '../../infra/testing/served.ts'
import type { Correspondence } from './decisions.ts'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { email } from './reactions.ts'
import { smtp } from './smtp.ts'
import { store } from './store.ts'

type Letter = { orderId: string; occasion: string; to: string; sentAt: string }

const said = saidBy('order', orderEvents)
const customer = { name: 'Ada', email: 'ada@example.org' }
const lines = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]
const placed = (orderId: string) =>
  said(orderId, 'order.placed', { customer, address: { country: 'FR' }, lines, totalCents: 2_900, paymentMethod: 'pm_card_visa' })
const cancelled = (orderId: string) => said(orderId, 'order.cancelled', { reason: 'by-customer' })

suite('email, on PostgreSQL', async () => {
  const server = await mailServer()
  let post: ReturnType<typeof smtp> | undefined
  const { ground, db, drop } = await freshGround({
    name: 'email',
    choreography: email,
    database: (options) => new PrismaClient(options),
    store,
    asks: (transact) => {
      post = smtp(transact, server.url)
      return post
    },
  })
  const { get, stop } = await served(http({ db }))
  after(async () => {
    stop()
    await post?.stop()
    await server.close()
    await drop()
  })
  const listen = hearing(ground)
  const hear = async (event: Event) => {
    const outcome = await listen({ event, at: ROOT_CONTEXT })
    return outcome.is === 'done' ? outcome.said.map(({ data }) => (data as { occasion: string }).occasion) : outcome.is
  }
  const letters = async (orderId: string) => (await get<{ letters: Letter[] }>(`/letters?orderId=${orderId}`)).body.letters

  test('what is loaded is what was saved', async () => {
    const states: Correspondence[] = [
      { due: [], sent: [] },
      { due: ['completed', 'refunded'], sent: [] },
      { to: { name: 'Zoë "Ö" O’Neill', email: 'zoe@example.org' }, due: ['cancelled'], sent: ['placed', 'completed'] },
    ]
    const known = new Map(states.map((state) => [randomUUID() as string, state]))
    const events = [...known.keys()].map((orderId) => cancelled(orderId))
    await store.save(db, known, [...events, ...events], events)
    const loaded = await store.load(db, events)
    for (const [orderId, state] of known) assert.deepEqual(loaded.get(orderId), state)
    assert.equal(loaded.get(randomUUID()), undefined)
  })

  test('tells which letters have gone out, once the address was known', async () => {
    const orderId = randomUUID()
    assert.deepEqual(await hear(cancelled(orderId)), [])
    assert.deepEqual(await letters(orderId), [])
    assert.deepEqual(await hear(placed(orderId)), ['placed', 'cancelled'])
    const told = await letters(orderId)
    assert.ok(told.every(({ sentAt }) => Math.abs(Date.now() - Date.parse(sentAt)) < 60_000))
    const to = customer.email
    assert.deepEqual(
      told.map(({ sentAt, ...letter }) => letter),
      [
        { orderId, occasion: 'placed', to },
        { orderId, occasion: 'cancelled', to },
      ],
    )
  })

  test('a letter that cannot go out leaves nothing behind, and goes out with the next', async () => {
    const orderId = randomUUID()
    server.answer({ onRcptTo: (_address, _session, done) => done(refusal(550, 'nobody here')) })
    await assert.rejects(hear(placed(orderId)), { name: 'Unprocessable' })
    assert.deepEqual(await letters(orderId), [])
    server.answer({})
    assert.deepEqual(await hear(cancelled(orderId)), [])
    assert.deepEqual(await hear(placed(orderId)), ['placed', 'cancelled'])
  })

  const id = '0192f7c1-0000-7000-8000-000000000000'
  for (const query of ['', '?orderId=', '?orderId=nobody', `?orderId=${id}&orderId=${id}`])
    test(`refuses GET /letters${query}`, async () => {
      const { status, body } = await get(`/letters${query}`)
      assert.equal(status, 422)
      assert.deepEqual(
        body.errors?.map(({ pointer }) => pointer),
        ['?/orderId'],
      )
    })
})
