import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { inventoryEvents } from '@pas-de-cinq/inventory/events'
import { orderEvents } from '@pas-de-cinq/order/events'
import { paymentEvents } from '@pas-de-cinq/payment/events'
import type { PrismaOptions } from '@pas-de-cinq/shared/database'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { reactTogether } from '@pas-de-cinq/shared/react'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { served } from '../../infra/testing/served.ts'
import type { Parcel } from './decisions.ts'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { shipping } from './reactions.ts'
import { store } from './store.ts'

const lines = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]
const saidByOrder = saidBy('order', orderEvents)
const details = { customer: { name: 'Ada', email: 'ada@example.org' }, lines, totalCents: 2_900, paymentMethod: 'pm_card_visa' }
const placed = (orderId: string, country = 'FR') => saidByOrder(orderId, 'order.placed', { ...details, address: { country } })
const cancelled = (orderId: string) => saidByOrder(orderId, 'order.cancelled', { reason: 'by-customer' })
const reserved = (orderId: string) => saidBy('inventory', inventoryEvents)(orderId, 'inventory.reserved', { lines })
const approved = (orderId: string) => saidBy('payment', paymentEvents)(orderId, 'payment.approved', { amountCents: 2_900, receipt: 'R-1' })

suite('shipping, on PostgreSQL', async () => {
  const database = (options: PrismaOptions) => new PrismaClient(options)
  const { ground, db, drop } = await freshGround({ name: 'shipping', choreography: shipping, database, store })
  const { get, stop } = await served(http({ db }))
  after(async () => {
    stop()
    await drop()
  })
  const react = reactTogether(ground)
  const hear = async (...events: Event[]) => {
    const outcomes = await react(events.map((event) => ({ event, at: ROOT_CONTEXT })))
    return outcomes.flatMap((outcome) => (outcome.is === 'done' ? outcome.said.map(({ type }) => type) : []))
  }

  test('what is loaded is what was saved', async () => {
    const waiting = { status: 'waiting', reserved: false, paid: true } as const
    const ended = (['stood-down', 'dispatched', 'failed', 'recalled'] as const).map((status) => ({ status }))
    const states: Parcel[] = [waiting, { ...waiting, country: 'FR', reserved: true }, ...ended]
    const known = new Map(states.map((state) => [randomUUID() as string, state]))
    const events = [...known.keys()].map((orderId) => cancelled(orderId))
    await store.save(db, known, [...events, ...events], events)
    const loaded = await store.load(db, events)
    for (const [orderId, state] of known) assert.deepEqual(loaded.get(orderId), state)
    assert.equal(loaded.get(randomUUID()), undefined)
  })

  test('tells what a parcel waits for, and its tracking code once it has gone', async () => {
    const orderId = randomUUID()
    await hear(approved(orderId))
    assert.deepEqual((await get(`/shipments/${orderId}`)).body, {
      orderId,
      status: 'waiting',
      waitingFor: ['order.placed', 'inventory.reserved'],
    })
    await hear(placed(orderId))
    assert.deepEqual((await get(`/shipments/${orderId}`)).body, { orderId, status: 'waiting', waitingFor: ['inventory.reserved'] })
    assert.deepEqual(await hear(reserved(orderId)), ['shipping.dispatched'])
    const trackingCode = `PDC-${orderId.slice(-12).toUpperCase()}`
    assert.deepEqual((await get(`/shipments/${orderId}`)).body, { orderId, status: 'dispatched', trackingCode })
    assert.deepEqual(await hear(cancelled(orderId)), ['shipping.recalled'])
    assert.deepEqual((await get(`/shipments/${orderId}`)).body, { orderId, status: 'recalled', trackingCode })
  })

  test('joins the cues of one order within one batch', async () => {
    const [served, unserved, stopped] = [randomUUID(), randomUUID(), randomUUID()]
    const events = [
      placed(served),
      cancelled(stopped),
      approved(unserved),
      reserved(served),
      placed(unserved, 'AQ'),
      approved(served),
      reserved(unserved),
    ]
    assert.deepEqual(await hear(...events, placed(stopped), reserved(stopped), approved(stopped)), [
      'shipping.dispatched',
      'shipping.failed',
    ])
    assert.deepEqual((await get(`/shipments/${unserved}`)).body, { orderId: unserved, status: 'failed' })
    assert.deepEqual((await get(`/shipments/${stopped}`)).body, { orderId: stopped, status: 'stood-down' })
  })

  test('two cues of one order, heard in two transactions at once, do not both wait for the other', async () => {
    const orders = Array.from({ length: 30 }, () => randomUUID() as string)
    await hear(...orders.map((orderId) => placed(orderId)))
    const said = await Promise.all(orders.flatMap((orderId) => [hear(reserved(orderId)), hear(approved(orderId))]))
    assert.deepEqual(said.flat(), Array(30).fill('shipping.dispatched'))
  })

  for (const id of ['0192f7c1-0000-7000-8000-000000000000', 'nobody', '0', '%00'])
    test(`knows no shipment ${id}`, async () => {
      const { status, body } = await get(`/shipments/${id}`)
      assert.equal(status, 404)
      assert.equal(body.status, 404)
    })
})
