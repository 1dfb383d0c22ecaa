import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { steadily, wrongEnds } from '../infra/chaos/customers.ts'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { deadLetters } from './support/dead-letters.ts'
import { brokerForgotten, frozen, keptDown, killed } from './support/faults.ts'
import { services } from './support/services.ts'
import { form, type Placed, problemOf, shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'

const { place, post, cancel, order, orders, payment, url } = shop()
const crashed = { crashed: true }

const healthOf = async (service: (typeof services)[number]) => {
  const response = await fetch(url(service, '/health/ready'))
  const { status } = (await response.json()) as { status: string }
  return `${response.status} ${status}`
}
const allAre = (health: string) =>
  expect(async () => expect(await Promise.all(services.map(healthOf))).toEqual(services.map(() => health))).toPass({ timeout: 60_000 })

test.afterEach('there are no dead letters', async () => {
  await allAre('200 ready')
  expect(await deadLetters()).toEqual({})
})

for (const [what, parts] of [
  ['each service', services],
  ['Jaeger, the broker, PostgreSQL and the mail server', ['jaeger', 'rabbitmq', 'postgres', 'mail']],
] as const)
  test(`kill -9 of ${what} in turn, while orders keep coming: each comes back, and every order ends as it should`, async () => {
    const before = (await orders()).length
    const customers = steadily(shop())
    for (const part of parts) if (partsIn()[part]) await test.step(part, () => killed(part))
    const all = await customers.stop()
    const audit = await audited(
      shop(),
      all.map(({ orderId }) => orderId),
      crashed,
    )
    expect(wrongEnds(all, audit)).toEqual([])
    expect(await orders(), 'no order was made twice').toHaveLength(before + all.length)
  })

test('shipping frozen until the broker gives it up: orders wait, then go on where they were', async () => {
  const { began } = partsIn().shipping
  const all: Placed[] = []
  const connected = async () => (await broker().manage<{ user: string }[]>('GET', 'connections')).some(({ user }) => user === 'shipping')
  await frozen('shipping', async () => {
    for (let i = 0; i < 10; i++) all.push(await place())
    await expect.poll(connected, { timeout: 60_000, intervals: [500] }).toBe(false)
    for (let i = 0; i < 10; i++) all.push(await place())
    for (const { orderId } of all) {
      await expect(async () => expect(await payment(orderId)).toMatchObject({ status: 'approved' })).toPass()
      expect(await order(orderId)).toMatchObject({ status: 'placed' })
    }
  })
  const audit = await audited(
    shop(),
    all.map(({ orderId }) => orderId),
  )
  for (const { status } of audit) expect(status).toBe('completed')
  expect(partsIn().shipping.began, 'it was not started anew').toBe(began)
})

test('while the broker is away, orders and cancellations are accepted all the same; when it comes back, even with nothing, all end', async () => {
  const all: Placed[] = []
  await keptDown('rabbitmq', async () => {
    await brokerForgotten()
    await allAre('200 degraded')
    for (let i = 0; i < 20; i++) all.push(await place())
    for (const { orderId } of all.slice(10)) expect((await cancel(orderId)).status).toBe(202)
    for (const { orderId } of all.slice(0, 10)) expect(await order(orderId)).toMatchObject({ status: 'placed' })
  })
  const audit = await audited(
    shop(),
    all.map(({ orderId }) => orderId),
  )
  expect(audit.map(({ status }) => status)).toEqual(all.map((_, i) => (i < 10 ? 'completed' : 'cancelled')))
})

for (const [how, away] of [
  ['dead', (work: () => Promise<unknown>) => keptDown('postgres', () => allAre('503 unready').then(work))],
  ['frozen', (work: () => Promise<unknown>) => frozen('postgres', work)],
] as const)
  test(`while the database is ${how}, each request gets a 503 that says when to come back, within 15 s; it mends by itself`, async () => {
    const placed = await place()
    await audited(shop(), [placed.orderId])
    const id = placed.orderId
    const before = (await orders()).length
    const keys = Array.from({ length: 30 }, () => ({ 'idempotency-key': randomUUID() }))
    const ask = (key: { 'idempotency-key': string }) => post('/orders', form(), key)
    const reads = [url('order', '/orders'), url('order', `/orders/${id}`), url('payment', `/payments/${id}`)].concat(
      ...[url('inventory', '/stock'), url('shipping', `/shipments/${id}`), url('email', `/letters?orderId=${id}`)],
    )
    await away(async () => {
      const within = AbortSignal.timeout(15_000)
      const answers = await Promise.all([
        ...keys.map((key) => ask(key)),
        cancel(id),
        ...reads.map((address) => fetch(address, { signal: within })),
      ])
      expect(within.aborted).toBe(false)
      for (const answer of answers) {
        expect(await problemOf(answer)).toMatchObject({ status: 503 })
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      }
      await allAre('503 unready')
    })
    await allAre('200 ready')
    const again = await Promise.all(keys.map(async (key) => ((await (await ask(key)).json()) as Placed).orderId))
    await audited(shop(), [id, ...again], crashed)
    expect(await orders(), 'no order was made twice').toHaveLength(before + new Set(again).size)
    expect(new Set(again).size).toBe(keys.length)
  })
