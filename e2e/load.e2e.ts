import { expect, test } from '@playwright/test'
import { audited } from './support/audit.ts'
import { deadLetters } from './support/dead-letters.ts'
import { shop } from './support/shop.ts'

const { place, cancel, payment, stock } = shop()

const cancelledOnceCharged = async (id: string) => {
  await expect.poll(() => payment(id).catch(() => undefined), { intervals: [20] }).toMatchObject({ status: 'approved' })
  return cancel(id)
}
const kinds = [
  {
    outcome: 'completed',
    wish: {
      lines: [
        { sku: 'teacup', quantity: 2 },
        { sku: 'tea', quantity: 1 },
      ],
    },
  },
  { outcome: 'cancelled, payment-declined', wish: { paymentMethod: 'pm_card_chargeDeclined' } },
  { outcome: 'cancelled, payment-declined', wish: { paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' } },
  { outcome: 'completed', wish: { paymentMethod: 'pm_card_bankTimeout' } },
  { outcome: 'cancelled, undeliverable', wish: { country: 'AQ' } },
  {
    outcome: 'cancelled, out-of-stock',
    wish: {
      lines: [
        { sku: 'unobtainium', quantity: 1 },
        { sku: 'honey', quantity: 3 },
      ],
    },
  },
  { outcome: 'cancelled, by-customer', wish: {}, afterwards: cancel },
  { outcome: 'cancelled, by-customer', wish: {}, afterwards: cancelledOnceCharged },
]

test('200 orders of mixed kinds at once end as they should: the stock, the money and the letters are right to the last piece', async () => {
  const placed = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const { outcome, wish, afterwards } = kinds[i % kinds.length] as (typeof kinds)[number]
      const { orderId } = await place(wish)
      const late = afterwards && (await afterwards(orderId)).status === 409
      return { orderId, outcome: late ? 'completed' : outcome }
    }),
  )
  const orders = await audited(
    shop(),
    placed.map(({ orderId }) => orderId),
  )
  const outcomes = orders.map(({ status, reason }) => [status, reason].filter(Boolean).join(', '))
  expect(outcomes).toEqual(placed.map(({ outcome }) => outcome))
  expect(await deadLetters()).toEqual({})
})

test('50 orders at once for the last 5 pieces: 5 are completed, 45 are told that it is out of stock, and have their money back', async () => {
  const lines = [{ sku: 'last-chance', quantity: 1 }]
  const placed = await Promise.all(Array.from({ length: 50 }, () => place({ lines })))
  const orders = await audited(
    shop(),
    placed.map(({ orderId }) => orderId),
  )
  expect(orders.filter(({ status }) => status === 'completed')).toHaveLength(5)
  expect(orders.filter(({ reason }) => reason === 'out-of-stock')).toHaveLength(45)
  expect((await stock()).find(({ sku }) => sku === 'last-chance')).toMatchObject({ seeded: 5, available: 0, reserved: 0, shipped: 5 })
})
