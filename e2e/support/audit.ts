import { expect } from '@playwright/test'
import { asking, type Mails, parts, type Urls } from '../../infra/audit/ask.ts'
import { messageId, verdictOn } from '../../infra/audit/judge.ts'
import { tallying } from '../../infra/audit/stock.ts'
import type { Listed, Shop } from '../../infra/shop.ts'

const atOnce = 10

/**
 * Waits until all of these orders have ended and come to rest, then holds each promise against what the services and the mail server say.
 * `crashed`: a letter may have gone out twice, with the same Message-ID; no inbox can keep a crash between the server's 250 and our mark from that.
 */
export const audited = async (shop: Shop, ids: readonly string[], { crashed = false } = {}): Promise<Listed[]> => {
  const orders = await allEnded(shop, ids)
  await allTold(shop, orders)
  await expect(async () => {
    const mails = await asked(shop).mails()
    const faults: string[] = []
    for (let i = 0; i < orders.length; i += atOnce)
      faults.push(...(await Promise.all(orders.slice(i, i + atOnce).map((order) => faultsOf(shop, order, mails, crashed)))).flat())
    expect([...faults, ...(await stockFaultsOf(shop))]).toEqual([])
  }).toPass({ timeout: 60_000, intervals: [500] })
  return orders
}

const asked = ({ url }: Shop) => asking(Object.fromEntries(parts.map((part) => [part, url(part)])) as Urls)

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
    const { byOrder } = await asked(shop).mails()
    expect(orders.filter(({ orderId, status }) => !byOrder.get(orderId)?.includes(messageId(orderId, status)))).toEqual([])
  }).toPass({ timeout: 60_000, intervals: [100, 500] })

/** At rest nothing may be missing any more. */
const atRest = { deadline: 0, settling: 0, mailsSince: 0 }

const faultsOf = async (shop: Shop, order: Listed, mails: Mails, crashed: boolean): Promise<string[]> => {
  const verdict = verdictOn(await asked(shop).evidenceOf(order, mails), { ...atRest, crashed, now: Date.now() })
  if (verdict.is === 'holds') return []
  const faults = verdict.is === 'broken' ? verdict.faults.map(({ what }) => what) : [verdict.is]
  return faults.map((fault) => `${order.orderId} ${order.status} ${order.reason ?? ''}: ${fault}`)
}

/** At rest nothing is reserved, and what has left is what completed orders took, whoever placed them. */
const stockFaultsOf = async (shop: Shop): Promise<string[]> => {
  const levels = await shop.stock()
  const tally = tallying({ ...atRest, now: Number.POSITIVE_INFINITY })
  for (const order of await shop.orders()) tally.add(order)
  return [
    ...tally.faultsOf(levels).map(({ what }) => what),
    ...levels.flatMap(({ sku, reserved }) => (reserved > 0 ? [`${reserved} of ${sku} still reserved`] : [])),
  ]
}
