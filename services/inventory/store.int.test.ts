import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { orderEvents } from '@pas-de-cinq/order/events'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { PrismaClient } from './generated/client.ts'
import { inventory } from './reactions.ts'
import { store } from './store.ts'

const details = {
  customer: { name: 'Ada', email: 'ada@example.org' },
  address: { country: 'FR' },
  totalCents: 1,
  paymentMethod: 'pm_card_visa',
}
const said = saidBy('order', orderEvents)
const placed = (orderId: string, ...skus: string[]) =>
  said(orderId, 'order.placed', { lines: skus.map((sku) => ({ sku, quantity: 1, unitPriceCents: 1 })), ...details })
const completed = (orderId: string) => said(orderId, 'order.completed', {})
const cancelled = (orderId: string) => said(orderId, 'order.cancelled', { reason: 'by-customer' })
const ids = (n: number) => Array.from({ length: n }, () => randomUUID() as string)

suite('inventory, on PostgreSQL', async () => {
  const {
    db,
    hear: react,
    drop,
  } = await freshGround({
    name: 'inventory',
    choreography: inventory,
    database: (options) => new PrismaClient(options),
    store,
  })
  after(drop)
  const hear = async (events: readonly Event[]) => {
    const outcomes = await react(...events)
    return outcomes.flatMap((outcome) => (outcome.is === 'done' ? outcome.said.map(({ type }) => type) : []))
  }
  const level = async (sku: string) => {
    const { available, reserved, shipped } = await db.stockLevel.findUniqueOrThrow({ where: { sku } })
    return { available, reserved, shipped }
  }
  const count = (types: readonly string[], type: string) => types.filter((one) => one === type).length

  test('one batch full of orders for the last five pieces sells exactly five', async () => {
    const orders = ids(50)
    const types = await hear(orders.map((id) => placed(id, 'last-chance')))
    assert.deepEqual(types.slice(0, 5), Array(5).fill('inventory.reserved'))
    assert.deepEqual(types.slice(5), Array(45).fill('inventory.rejected'))
    assert.deepEqual(await level('last-chance'), { available: 0, reserved: 5, shipped: 0 })
    await hear(orders.map(cancelled))
    assert.deepEqual(await level('last-chance'), { available: 5, reserved: 0, shipped: 0 })
  })

  test('two batches at once, as of two instances, sell exactly five too', async () => {
    const orders = ids(40)
    const batches = [orders.slice(0, 20), orders.slice(20)]
    const types = (await Promise.all(batches.map((batch) => hear(batch.map((id) => placed(id, 'tea', 'last-chance')))))).flat()
    assert.equal(count(types, 'inventory.reserved'), 5)
    assert.deepEqual(await level('last-chance'), { available: 0, reserved: 5, shipped: 0 })
    await hear(orders.map(cancelled))
    assert.deepEqual(await level('tea'), { available: 1_000_000, reserved: 0, shipped: 0 })
  })

  test('batches that name the same products in any order never wait for each other for ever', async () => {
    const orders = ids(60)
    const skus = ['teapot', 'teacup', 'kettle']
    const events = orders.map((id, i) => placed(id, ...[...skus.slice(i % 3), ...skus.slice(0, i % 3)].slice(0, 2)))
    await Promise.all([0, 20, 40].map((from) => hear(events.slice(from, from + 20))))
    assert.equal((await level('kettle')).reserved, 40)
  })

  test('an order placed, cancelled and placed again within one batch ends with its pieces back', async () => {
    const [id] = ids(1) as [string]
    assert.deepEqual(await hear([placed(id, 'honey'), cancelled(id), placed(id, 'honey')]), ['inventory.reserved', 'inventory.released'])
    assert.deepEqual(await level('honey'), { available: 1_000_000, reserved: 0, shipped: 0 })
  })

  test('what was completed has left the house', async () => {
    const [id] = ids(1) as [string]
    await hear([placed(id, 'tray')])
    assert.deepEqual(await hear([completed(id), completed(id)]), ['inventory.withdrawn'])
    assert.deepEqual(await level('tray'), { available: 999_999, reserved: 0, shipped: 1 })
  })

  test('an event that comes twice counts once', async () => {
    const [id] = ids(1) as [string]
    const event = placed(id, 'shortbread')
    assert.deepEqual(await hear([event, event]), ['inventory.reserved'])
    assert.deepEqual(await hear([event]), [])
    assert.equal((await level('shortbread')).reserved, 1)
  })

  test('a state comes back as it was saved', async () => {
    const [held, released, withdrawn, refused, early] = ids(5) as [string, string, string, string, string]
    await hear([...[held, released, withdrawn].map((id) => placed(id, 'tea')), placed(refused, 'unobtainium')])
    await hear([cancelled(early), cancelled(released), completed(withdrawn)])
    const cues = [held, released, withdrawn, refused, early].map((subject) => ({ type: '', subject, data: {} }))
    const { get } = await db.$transaction((tx) => store.load(tx, cues))
    const lines = [{ sku: 'tea', quantity: 1 }]
    assert.deepEqual(get(held)?.hold, { status: 'held', lines })
    assert.deepEqual(get(released)?.hold, { status: 'released', lines })
    assert.deepEqual(get(withdrawn)?.hold, { status: 'withdrawn', lines })
    assert.deepEqual(get(refused)?.hold, { status: 'refused' })
    assert.deepEqual(get(early)?.hold, { status: 'refused' })
    assert.deepEqual(get(randomUUID())?.hold, { status: 'none' })
  })

  test('the database itself refuses stock that does not add up, or is owed', async () => {
    await assert.rejects(db.stockLevel.update({ where: { sku: 'tea' }, data: { available: { decrement: 1 } } }), /nothing_lost/)
    await assert.rejects(db.stockLevel.update({ where: { sku: 'unobtainium' }, data: { available: -1, reserved: 1 } }), /nothing_owed/)
  })
})
