import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { inventoryEvents } from '@pas-de-cinq/inventory/events'
import { shippingEvents } from '@pas-de-cinq/shipping/events'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import type { Placing } from './decisions.ts'
import { PrismaClient } from './generated/client.ts'
import { order } from './reactions.ts'
import { oldestOpen, store } from './store.ts'

const address = { street: 'Rue du Ballet 5', city: 'Paris', postalCode: '75009', country: 'FR' }
const lines = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]
const placing = (orderId: string): Placing => ({
  orderId,
  customer: { name: 'Ada', email: 'ada@example.org' },
  address,
  lines,
  totalCents: 2_900,
  paymentMethod: 'pm_card_visa',
})
const dispatched = (id: string) => saidBy('shipping', shippingEvents)(id, 'shipping.dispatched', { trackingCode: 'T-1' })
const rejected = (id: string) => saidBy('inventory', inventoryEvents)(id, 'inventory.rejected', { missing: ['tea'] })

suite('order, on PostgreSQL', async () => {
  const { db, hear, perform, drop } = await freshGround({
    name: 'order',
    choreography: order,
    database: (options) => new PrismaClient(options),
    store,
  })
  after(drop)
  const place = async (orderId: string = randomUUID()) => {
    await perform({ type: 'POST /orders', subject: orderId, data: placing(orderId) })
    return orderId
  }
  const end = (orderId: string, reason = 'overdue') => perform({ type: 'deadline', subject: orderId, data: { orderId, reason } })
  const row = (id: string) => db.order.findUniqueOrThrow({ where: { id } })
  const timelineOf = async (orderId: string) => {
    const entries = await db.timelineEntry.findMany({ where: { orderId }, orderBy: { nr: 'asc' } })
    return entries.map(({ type }) => type)
  }
  const load = (...ids: string[]) => {
    const cues = ids.map((subject) => ({ type: '', subject, data: {} }))
    return db.$transaction((tx) => store.load(tx, cues))
  }

  test('what was ordered is kept, with the address that nobody else is told', async () => {
    const kept = await row(await place())
    const { orderId: id, ...placed } = placing(kept.id)
    const { placedAt, traceparent, ...rest } = kept
    assert.deepEqual(rest, { id, ...placed, status: 'placed', reason: null, endedAt: null })
  })

  test('a state comes back as it was saved', async () => {
    const [placed, completed, cancelled] = await Promise.all([place(), place(), place()])
    await hear(dispatched(completed), rejected(cancelled))
    const { get } = await load(placed, completed, cancelled)
    assert.deepEqual([placed, completed, cancelled].map(get), [{ status: 'placed' }, { status: 'completed' }, { status: 'cancelled' }])
    assert.equal((await load(randomUUID())).get(placed), undefined)
  })

  test('an order begins once: it is not looked for, and under an id that is taken nothing is written', async () => {
    const id = await place()
    await assert.rejects(place(id))
    assert.deepEqual(await timelineOf(id), ['order.placed'])
    const said = await db.$queryRaw<unknown[]>`select from messaging.outbox where subject = ${id}`
    assert.equal(said.length, 1)
  })

  test('how and when an order ended is kept', async () => {
    const [completed, rejectedOne, overdue] = await Promise.all([place(), place(), place()])
    await Promise.all([hear(dispatched(completed), rejected(rejectedOne)), end(overdue)])
    const ends = await Promise.all([completed, rejectedOne, overdue].map(row))
    const endings = ends.map(({ status, reason }) => `${status}: ${reason}`)
    assert.deepEqual(endings, ['completed: null', 'cancelled: out-of-stock', 'cancelled: overdue'])
    for (const { placedAt, endedAt } of ends) assert.ok(endedAt && endedAt >= placedAt)
  })

  test('an order that is placed and cancelled in one transaction is both', async () => {
    const id = randomUUID()
    await Promise.all([place(), place(id), end(id)])
    assert.deepEqual(await timelineOf(id), ['order.placed', 'order.cancelled'])
    assert.equal((await row(id)).status, 'cancelled')
  })

  test('of two that end one order in one batch, the first one does', async () => {
    const id = await place()
    const results = await Promise.all([place(), end(id, 'by-customer'), end(id)])
    assert.equal((await row(id)).reason, 'by-customer')
    assert.deepEqual(await timelineOf(id), ['order.placed', 'order.cancelled'])
    assert.equal(results.length, 3)
  })

  test('the timeline holds what was heard and said, also when nothing came of it, and each once', async () => {
    const id = await place()
    const late = rejected(id)
    await hear(dispatched(id))
    await hear(late, late)
    await hear(late)
    assert.deepEqual(await timelineOf(id), ['order.placed', 'shipping.dispatched', 'order.completed', 'inventory.rejected'])
  })

  test('what is heard of an order that was never placed here leaves nothing', async () => {
    const stranger = randomUUID()
    await hear(dispatched(stranger))
    assert.deepEqual(await timelineOf(stranger), [])
    assert.equal(await db.order.count({ where: { id: stranger } }), 0)
  })

  test('the trace context of its placing is kept with an order', async () => {
    const id = await place()
    const { traceparent } = await row(id)
    assert.match(traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    assert.equal((await load(id)).traceparent?.(id), traceparent)
  })

  test('a hundred orders are placed and ended at once', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => place()))
    await hear(...ids.map((id, i) => (i % 2 ? dispatched(id) : rejected(id))))
    assert.equal(await db.order.count({ where: { id: { in: ids }, status: 'completed' } }), 50)
    assert.equal(await db.order.count({ where: { id: { in: ids }, reason: 'out-of-stock' } }), 50)
  })

  test('the oldest open orders are found first', async () => {
    await db.order.updateMany({ data: { status: 'completed' } })
    const ids = [await place(), await place(), await place()]
    await db.order.update({ where: { id: ids[2] as string }, data: { placedAt: new Date(0) } })
    const [first, second] = await oldestOpen(db, 2)
    assert.deepEqual([first?.id, second?.id], [ids[2], ids[0]])
  })
})
