import { expect, test } from '@playwright/test'
import { bought, wrongEnds } from '../infra/chaos/customers.ts'
import { audited } from './support/audit.ts'
import { deadLetters } from './support/dead-letters.ts'
import { shop } from './support/shop.ts'

const { place, stock } = shop()

test('200 orders of mixed kinds at once end as they should: the stock, the money and the letters are right to the last piece', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, (_, i) => bought(shop(), i)))
  const orders = await audited(
    shop(),
    all.map(({ orderId }) => orderId),
  )
  expect(wrongEnds(all, orders)).toEqual([])
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
