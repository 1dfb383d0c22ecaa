import { expect, test } from '@playwright/test'
import { bought, wrongEnds } from '../infra/chaos/customers.ts'
import { audited } from './support/audit.ts'
import { told } from './support/commands.ts'
import { deadLetters } from './support/dead-letters.ts'
import { shop } from './support/shop.ts'

const { place, stock } = shop()

const load = (...words: readonly string[]) => told('load', words)

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

test('npm run load has orders of each kind come at a rate, says what became of them, and looks at their traces', async () => {
  const { code, output } = await load(
    '--rate',
    '8',
    '--for',
    '4s',
    '--mix',
    'happy=2,declined=1,out-of-stock=1,undeliverable=1,time-out=1,cancelled=1',
  )
  expect(output).toMatch(/ \| in flight \d+/)
  expect(output).toMatch(/^all +32 +32 +\d+\.\d\d s/m)
  expect(output).toMatch(
    /Every one of 32 orders ended as its kind must; (of those that ended last, 20 were looked at in Jaeger, and their traces are whole|there is no Jaeger)/,
  )
  expect(code).toBe(0)
})

test('npm run load says what cannot be done, and what it cannot understand', async () => {
  test.slow()
  expect(await load('--rate', '10000', '--for', '0.2s', '--mix', 'happy=1')).toMatchObject({
    code: 3,
    output: expect.stringMatching(/^Beyond what this machine can do: /m),
  })
  expect(await load('--rate', 'often')).toEqual({ code: 2, output: '--rate often? It is orders per second, up to 10000.\n' })
  expect(await load('--mix', 'sad=1')).toMatchObject({ code: 2, output: expect.stringContaining('It is made of happy=N,') })
})

test('npm run soak is a load, and tells what memory each part takes', async () => {
  const { output } = await told('soak', ['--rate', '4', '--for', '5s', '--mix', 'happy=1'])
  expect(output).toMatch(/Every one of 20 orders ended as its kind must/)
  for (const part of ['order', 'inventory', 'payment', 'shipping', 'email', 'rabbitmq', 'postgres', 'mail', 'all'])
    expect(output).toMatch(new RegExp(`^${part} +[1-9]\\d+ +[1-9]\\d+ +[1-9]\\d+ +(yes|no)$`, 'm'))
})
