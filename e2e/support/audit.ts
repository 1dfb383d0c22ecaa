import { expect } from '@playwright/test'
import type { Letter, Listed, Payment, shop } from './shop.ts'

type Shop = ReturnType<typeof shop>
type Mails = ReadonlyMap<string, readonly string[]>

const atOnce = 10

/**
 * Waits until all of these orders have ended and come to rest, then holds each promise against what the services and the mail server say.
 * `crashed`: a letter may have gone out twice, with the same Message-ID; no inbox can keep a crash between the server's 250 and our mark from that.
 */
export const audited = async (shop: Shop, ids: readonly string[], { crashed = false } = {}): Promise<Listed[]> => {
  const orders = await allEnded(shop, ids)
  await allTold(shop, orders)
  await expect(async () => {
    const mails = await mailsOf(shop)
    const faults: string[] = []
    for (let i = 0; i < orders.length; i += atOnce)
      faults.push(...(await Promise.all(orders.slice(i, i + atOnce).map((order) => faultsOf(shop, order, mails, crashed)))).flat())
    expect([...faults, ...(await stockFaultsOf(shop))]).toEqual([])
  }).toPass({ timeout: 60_000, intervals: [500] })
  return orders
}

const allEnded = async (shop: Shop, ids: readonly string[]): Promise<Listed[]> => {
  const [oldest] = [...ids].sort()
  let orders: Listed[] = []
  await expect(async () => {
    const all = new Map((await shop.orders(oldest)).map((order) => [order.orderId, order]))
    orders = ids.map((id) => all.get(id) as Listed)
    expect(orders.filter((order) => order?.status !== 'completed' && order?.status !== 'cancelled')).toEqual([])
  }).toPass({ timeout: 90_000, intervals: [100, 200, 500] })
  return orders
}

/** The letter that tells the end is among the last things that happen: before it has come, asking everybody for everything would only disturb. */
const allTold = (shop: Shop, orders: readonly Listed[]) =>
  expect(async () => {
    const mails = await mailsOf(shop)
    expect(orders.filter(({ orderId, status }) => !mails.get(orderId)?.includes(messageId(orderId, status)))).toEqual([])
  }).toPass({ timeout: 60_000, intervals: [100, 500] })

/** What is due once an order has ended: the letters, by occasion. */
const due = ({ status }: Listed, charged: boolean) =>
  status === 'completed' ? ['completed', 'placed'] : charged ? ['cancelled', 'placed', 'refunded'] : ['cancelled', 'placed']

const faultsOf = async (shop: Shop, order: Listed, mails: Mails, crashed: boolean): Promise<string[]> => {
  const id = order.orderId
  const [payment, shipment, letters] = await Promise.all([
    shop.payment(id).catch((): Payment => ({ status: 'none', amountCents: 0, bank: [] })),
    shop.shipment(id),
    shop.letters(id),
  ])
  const booked = payment.bank.map(({ kind, amountCents }) => (amountCents === order.totalCents ? kind : `${kind} of ${amountCents}`)).sort()
  const charged = booked.length > 0
  const posted = mails.get(id) ?? []
  const wanted = occasions(letters).map((occasion) => messageId(id, occasion))
  const faults = {
    [`money: ${booked}`]: order.status === 'completed' ? booked.join() !== 'charge' : !['', 'charge,refund'].includes(booked.join()),
    [`parcel ${shipment.status}`]:
      order.status === 'completed' ? shipment.status !== 'dispatched' : ['waiting', 'dispatched'].includes(shipment.status),
    [`letters ${occasions(letters)}`]: occasions(letters).join() !== due(order, charged).join(),
    [`mails ${posted}`]: (crashed ? [...new Set(posted)] : posted).join() !== wanted.join(),
  }
  return Object.entries(faults).flatMap(([fault, found]) => (found ? [`${id} ${order.status} ${order.reason ?? ''}: ${fault}`] : []))
}

/** At rest nothing is reserved, and what has left is what completed orders took, whoever placed them. */
const stockFaultsOf = async (shop: Shop): Promise<string[]> => {
  const taken = new Map<string, number>()
  for (const { status, lines } of await shop.orders())
    if (status === 'completed') for (const { sku, quantity } of lines) taken.set(sku, (taken.get(sku) ?? 0) + quantity)
  const levels = await shop.stock()
  return levels.flatMap(({ sku, seeded, available, reserved, shipped }) => [
    ...(reserved > 0 ? [`${reserved} of ${sku} still reserved`] : []),
    ...(shipped === (taken.get(sku) ?? 0) ? [] : [`${shipped} of ${sku} shipped, ${taken.get(sku) ?? 0} bought`]),
    ...(seeded === available + reserved + shipped ? [] : [`stock of ${sku} leaks`]),
  ])
}

/** The Message-IDs at the mail server, by order. */
const mailsOf = async (shop: Shop): Promise<Mails> => {
  const ids = (await shop.mails()).map(({ headers }) => headers['message-id'] ?? '').sort()
  return Map.groupBy(ids, (id) => id.slice(1, 37))
}

const occasions = (letters: readonly Letter[]) => letters.map(({ occasion }) => occasion).sort()
const messageId = (id: string, occasion: string) => `<${id}.${occasion}@pas-de-cinq.example>`
