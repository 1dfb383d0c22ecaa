import { randomUUID } from 'node:crypto'
import { eventually } from '@pas-de-cinq/shared/testing/eventually'
import { form, type Listed, type Placed, type Shop, standing, type Wish } from '../shop.ts'

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

const patience = 90_000

export type Bought = { readonly orderId: string; readonly ends: readonly string[] }

/** Places the i-th order of many, as a good client does, and cancels it where that is its kind. */
export const bought = async (shop: Shop, i: number, email = 'ada@example.org'): Promise<Bought> => {
  const { ends, cancelled, ...wish } = kinds[i % kinds.length] as Kind
  const headers = { 'idempotency-key': randomUUID() }
  const response = await insist(() => shop.post('/orders', form({ ...wish, email }), headers), [202])
  const { orderId } = (await response.json()) as Placed
  if (!cancelled) return { orderId, ends: [ends] }
  if (cancelled === 'once charged') await charged(shop, orderId)
  const { status } = await insist(() => shop.cancel(orderId), [202, 409])
  return { orderId, ends: status === 202 ? [ends] : [ends, 'completed'] }
}

/** The same request again, until there is an answer other than that the shop cannot answer now. @throws when it is none of those */
const insist = async (ask: () => Promise<Response>, expected: readonly number[]): Promise<Response> => {
  const answer = await eventually(async () => {
    const answer = await ask()
    if (answer.status !== 503) return answer
    const problem = await answer.text()
    if (!/^\d+$/.test(answer.headers.get('retry-after') ?? '')) throw new Error(`503 does not say when to come back: ${problem}`)
    throw new Error(problem)
  }, patience)
  if (!expected.includes(answer.status)) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`)
  return answer
}

const charged = (shop: Shop, orderId: string) =>
  eventually(async () => {
    const { status } = await shop.payment(orderId)
    if (status !== 'approved') throw new Error(`the payment of ${orderId} is ${status}`)
  }, patience)

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
  orders.flatMap((order, i) => {
    const end = standing(order)
    return bought[i]?.ends.includes(end) ? [] : [`${order.orderId} ${end}, not ${bought[i]?.ends}`]
  })
