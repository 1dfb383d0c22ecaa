import { expect, test } from '@playwright/test'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { told } from './support/commands.ts'
import { lying } from './support/lying.ts'
import { shop } from './support/shop.ts'

const { place, url } = shop()

const audit = (...words: readonly string[]) => told('audit', words)

test('it goes through all orders, page by page; each holds every promise, and the stock adds up', async () => {
  const placed = await Promise.all(Array.from({ length: 120 }, (_, i) => place(i % 3 === 0 ? { country: 'AQ' } : {})))
  await audited(
    shop(),
    placed.map(({ orderId }) => orderId),
  )
  const { code, output } = await audit('--settling', '0')
  expect(output).toMatch(/^\d{3,} orders: (\d+) hold every promise, 0 do not; the stock adds up$/m)
  expect(code).toBe(0)
})

test('an order under way is told apart, and is no fault', async () => {
  const hearAgain = await broker().deafen('shipping')
  const { orderId } = await place()
  const { code, output } = await audit().finally(hearAgain)
  expect(output).toMatch(/hold every promise, \d+ are under way, 0 do not/)
  expect(code).toBe(0)
  await audited(shop(), [orderId])
})

test('each order that breaks a promise is named, with what is wrong', async () => {
  const { orderId } = await place()
  await audited(shop(), [orderId])
  type Booked = { orderId: string; bank: object[] }
  using payment = await lying('payment', (_, body: Booked) =>
    body.orderId === orderId ? { ...body, bank: [...body.bank, ...body.bank] } : body,
  )
  using inventory = await lying('inventory', (_, { stock }: { stock: { shipped: number }[] }) => ({
    stock: stock.map((level) => ({ ...level, shipped: level.shipped + 1 })),
  }))
  const { code, output } = await audit('--url', payment.at, '--url', inventory.at)
  expect(output).toContain(`${orderId}  completed  money: charge, charge booked, payment approved`)
  expect(output).toMatch(/^stock of tea: .* shipped/m)
  expect(output).toMatch(/, 1 do not; the stock does not add up$/m)
  expect(code).toBe(1)
})

test('what does not answer is named, and is no verdict', async () => {
  const { code, output } = await audit('--url', 'shipping=http://127.0.0.1:9')
  expect(output).toContain('shipping does not answer at http://127.0.0.1:9/shipments/')
  expect(code).toBe(2)
  expect(await audit('--url', `order=${url('mail')}`)).toMatchObject({ code: 2, output: expect.stringContaining('is it order?') })
  expect(await audit('--nonsense')).toMatchObject({ code: 2, output: expect.stringContaining('--settling') })
})
