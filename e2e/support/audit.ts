import { expect } from '@playwright/test'
import type { Letter, Order, Payment, shop } from './shop.ts'

type Shop = ReturnType<typeof shop>

/** What is due once an order has ended: the letters, by occasion. */
const due = ({ status }: Order, charged: boolean) =>
  status === 'completed' ? ['completed', 'placed'] : charged ? ['cancelled', 'placed', 'refunded'] : ['cancelled', 'placed']

/** Waits until all of these orders have ended and come to rest, then holds each promise against what the services and the mail server say. */
export const audited = async (shop: Shop, ids: readonly string[]): Promise<Order[]> => {
  const orders = await Promise.all(ids.map((id) => shop.ended(id, 120_000)))
  await expect(async () => {
    const mails = await shop.mails()
    const faults = (await Promise.all(orders.map((order) => faultsOf(shop, order, mails)))).flat()
    const stock = await shop.stock()
    const open = stock.filter(({ reserved }) => reserved > 0).map(({ sku, reserved }) => `${reserved} of ${sku} still reserved`)
    const leak = stock
      .filter((level) => level.seeded !== level.available + level.reserved + level.shipped)
      .map(({ sku }) => `stock of ${sku} leaks`)
    expect([...faults, ...open, ...leak]).toEqual([])
  }).toPass({ timeout: 60_000, intervals: [500] })
  return orders
}

const faultsOf = async (shop: Shop, order: Order, mails: Awaited<ReturnType<Shop['mails']>>): Promise<string[]> => {
  const id = order.orderId
  const [payment, shipment, letters] = await Promise.all([
    shop.payment(id).catch((): Payment => ({ status: 'none', amountCents: 0, bank: [] })),
    shop.shipment(id),
    shop.letters(id),
  ])
  const kinds = payment.bank
    .map(({ kind }) => kind)
    .sort()
    .join(' ')
  const charged = kinds.includes('charge')
  const posted = mails.filter(({ headers }) => headers['message-id']?.includes(id)).map(({ headers }) => headers['message-id'])
  const faults = {
    [`money: ${kinds}`]: order.status === 'completed' ? kinds !== 'charge' : kinds !== '' && kinds !== 'charge refund',
    [`parcel ${shipment.status}`]:
      order.status === 'completed' ? shipment.status !== 'dispatched' : ['waiting', 'dispatched'].includes(shipment.status),
    [`letters ${occasions(letters)}`]: occasions(letters).join() !== due(order, charged).join(),
    [`${posted.length} mails for ${letters.length} letters`]: posted.length !== letters.length || new Set(posted).size !== posted.length,
  }
  return Object.entries(faults).flatMap(([fault, found]) => (found ? [`${id} ${order.status} ${order.reason ?? ''}: ${fault}`] : []))
}

const occasions = (letters: readonly Letter[]) => letters.map(({ occasion }) => occasion).sort()
