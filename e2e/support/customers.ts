import { randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import { form, type Listed, type Placed, problemOf, type shop, type Wish } from './shop.ts'

type Shop = ReturnType<typeof shop>
type Kind = Wish & { readonly cancelled?: 'at once' | 'once charged'; readonly ends: string }

/** An order of each kind, with the ending it has to come to; a cancellation comes too late for some. */
const kinds: readonly Kind[] = [
  {
    lines: [
      { sku: 'teacup', quantity: 2 },
      { sku: 'tea', quantity: 1 },
    ],
    ends: 'completed',
  },
  { paymentMethod: 'pm_card_chargeDeclined', ends: 'cancelled: payment-declined' },
  { cancelled: 'at once', ends: 'cancelled: by-customer' },
  { paymentMethod: 'pm_card_bankTimeout', ends: 'completed' },
  { country: 'AQ', ends: 'cancelled: undeliverable' },
  {
    lines: [
      { sku: 'unobtainium', quantity: 1 },
      { sku: 'honey', quantity: 3 },
    ],
    ends: 'cancelled: out-of-stock',
  },
  { cancelled: 'once charged', ends: 'cancelled: by-customer' },
  { paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds', ends: 'cancelled: payment-declined' },
]

export type Bought = { readonly orderId: string; readonly ends: readonly string[] }

/** Places the i-th order of many, as a good client does, and cancels it where that is its kind. */
export const bought = async (shop: Shop, i: number): Promise<Bought> => {
  const { ends, cancelled, ...wish } = kinds[i % kinds.length] as Kind
  const headers = { 'idempotency-key': randomUUID() }
  const response = await insist(() => shop.post('/orders', form(wish), headers))
  expect(response.status).toBe(202)
  const { orderId } = (await response.json()) as Placed
  if (!cancelled) return { orderId, ends: [ends] }
  if (cancelled === 'once charged') await charged(shop, orderId)
  const { status } = await insist(() => shop.cancel(orderId))
  expect([202, 409]).toContain(status)
  return { orderId, ends: status === 202 ? [ends] : [ends, 'completed'] }
}

/** The same request again, until there is an answer other than that the shop cannot answer now. */
const insist = async (ask: () => Promise<Response>): Promise<Response> => {
  let answer: Response | undefined
  await expect(async () => {
    answer = await ask()
    if (answer.status !== 503) return
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    throw new Error((await problemOf(answer)).title)
  }).toPass({ timeout: 90_000, intervals: [100, 200, 500] })
  return answer as Response
}

const charged = (shop: Shop, orderId: string) =>
  expect(async () => expect(await shop.payment(orderId)).toMatchObject({ status: 'approved' })).toPass({
    timeout: 90_000,
    intervals: [50, 100],
  })

/** Places orders of every kind at a steady pace, until it is stopped. */
export const steadily = (shop: Shop) => {
  const all: Promise<Bought>[] = []
  const pace = setInterval(() => {
    const next = bought(shop, all.length)
    next.catch(() => {}) // told when it is stopped
    all.push(next)
  }, 150)
  return {
    stop: () => {
      clearInterval(pace)
      return Promise.all(all)
    },
  }
}

/** What each order has come to, where that is not what it had to. */
export const wrongEnds = (bought: readonly Bought[], orders: readonly Listed[]) =>
  orders.flatMap(({ orderId, status, reason }, i) => {
    const end = reason ? `${status}: ${reason}` : status
    return bought[i]?.ends.includes(end) ? [] : [`${orderId} ${end}, not ${bought[i]?.ends}`]
  })
