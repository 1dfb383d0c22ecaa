import { expect, test } from '@playwright/test'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { frozen } from './support/faults.ts'
import { shop } from './support/shop.ts'

const { place, cancel, ended, payment, shipment, letters, order, stock } = shop()
const kinds = ({ bank }: { bank: { kind: string }[] }) => bank.map(({ kind }) => kind)
const level = async (sku: string) => (await stock()).find((level) => level.sku === sku)

test('an order with nothing against it is completed: paid once, dispatched, taken from the stock, and the customer told twice', async () => {
  const before = await level('teacup')
  const { orderId, totalCents } = await place({
    lines: [
      { sku: 'teacup', quantity: 2 },
      { sku: 'teacup', quantity: 1 },
    ],
  })
  const { status, reason, timeline } = await ended(orderId)
  expect({ status, reason }).toEqual({ status: 'completed', reason: undefined })
  expect(timeline.map(({ type }) => type)).toEqual(['order.placed', 'shipping.dispatched', 'order.completed'])
  expect(await payment(orderId)).toMatchObject({
    status: 'approved',
    amountCents: totalCents,
    bank: [{ kind: 'charge', amountCents: totalCents }],
  })
  await audited(shop(), [orderId])
  expect((await level('teacup'))?.shipped).toBe((before?.shipped ?? 0) + 3)
  expect((await letters(orderId)).map(({ occasion }) => occasion).sort()).toEqual(['completed', 'placed'])
})

test('an order for what is not there is cancelled, and what the bank had taken is back', async () => {
  const { orderId } = await place({
    lines: [
      { sku: 'unobtainium', quantity: 1 },
      { sku: 'tray', quantity: 5 },
    ],
  })
  expect(await ended(orderId)).toMatchObject({ status: 'cancelled', reason: 'out-of-stock' })
  await audited(shop(), [orderId])
  expect(await level('tray')).toMatchObject({ reserved: 0 })
})

for (const paymentMethod of ['pm_card_chargeDeclined', 'pm_card_chargeDeclinedInsufficientFunds'])
  test(`an order paid by ${paymentMethod} is cancelled, nothing is booked, and the stock is free again`, async () => {
    const { orderId } = await place({ paymentMethod })
    expect(await ended(orderId)).toMatchObject({ status: 'cancelled', reason: 'payment-declined' })
    await audited(shop(), [orderId])
    expect(await payment(orderId)).toMatchObject({ status: 'declined', bank: [] })
  })

test('an order whose bank does not answer twice is paid once at the third attempt, and completed', async () => {
  const { orderId } = await place({ paymentMethod: 'pm_card_bankTimeout' })
  expect(await ended(orderId)).toMatchObject({ status: 'completed' })
  await audited(shop(), [orderId])
  expect(kinds(await payment(orderId))).toEqual(['charge'])
})

test('an order to where the carrier does not go is cancelled, refunded and released', async () => {
  const { orderId } = await place({ country: 'AQ' })
  expect(await ended(orderId)).toMatchObject({ status: 'cancelled', reason: 'undeliverable' })
  await audited(shop(), [orderId])
  expect(await payment(orderId)).toMatchObject({ status: 'refunded' })
  expect(kinds(await payment(orderId))).toEqual(['charge', 'refund'])
  expect(await shipment(orderId)).toMatchObject({ status: 'failed' })
})

test('an order cancelled while the bank hesitates is never charged, and its parcel stands down', async () => {
  const { orderId } = await place({ paymentMethod: 'pm_card_bankTimeout' })
  expect((await cancel(orderId)).status).toBe(202)
  expect((await cancel(orderId)).status).toBe(409)
  expect(await ended(orderId)).toMatchObject({ status: 'cancelled', reason: 'by-customer' })
  await expect.poll(() => payment(orderId).catch(() => undefined)).toMatchObject({ status: 'declined', bank: [] })
  await audited(shop(), [orderId])
  expect(await shipment(orderId)).toMatchObject({ status: 'stood-down' })
})

test('an order cancelled after its parcel has left has the parcel recalled and the money back, though order hears of nothing meanwhile', async () => {
  const { orderId, hearAgain } = await frozen('shipping', async () => {
    const { orderId } = await place()
    await expect.poll(() => payment(orderId).catch(() => undefined)).toMatchObject({ status: 'approved' })
    return { orderId, hearAgain: await broker().deafen('order') }
  })
  await expect.poll(() => shipment(orderId).catch(() => undefined)).toMatchObject({ status: 'dispatched' })
  expect((await cancel(orderId)).status).toBe(202)
  await hearAgain()
  await expect.poll(() => shipment(orderId)).toMatchObject({ status: 'recalled' })
  await audited(shop(), [orderId])
  expect(await payment(orderId)).toMatchObject({ status: 'refunded' })
  const timeline = async () => (await order(orderId)).timeline.map(({ type }) => type)
  await expect.poll(timeline).toEqual(['order.placed', 'shipping.dispatched', 'order.cancelled'])
})

test('an order that was cancelled at any moment leaves nothing behind', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => {
      const { orderId } = await place({ paymentMethod: i % 4 === 0 ? 'pm_card_bankTimeout' : 'pm_card_visa' })
      await expect
        .poll(async () => Date.now() - Date.parse((await order(orderId)).timeline[0]?.at ?? ''), { intervals: [5] })
        .toBeGreaterThan(i * 8)
      const { status } = await cancel(orderId)
      return { orderId, status }
    }),
  )
  const orders = await audited(
    shop(),
    outcomes.map(({ orderId }) => orderId),
  )
  for (const [i, { status }] of outcomes.entries()) expect(orders[i]?.status).toBe(status === 202 ? 'cancelled' : 'completed')
})
