import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { form, type Placed, problemOf, shop } from './support/shop.ts'

type Accepted = Placed & { status: string; links: { self: string; trace: string } }
const { url, read, post, place, order, orders, payment } = shop()

test('an accepted order says where it is, what it costs, and which trace is its own', async () => {
  const response = await post('/orders', form({ lines: [{ sku: 'teacup', quantity: 2 }] }))
  const { orderId, totalCents, traceId, links, status } = (await response.json()) as Accepted
  expect(response.status).toBe(202)
  expect({ status, totalCents }).toEqual({ status: 'placed', totalCents: 3_600 })
  expect(response.headers.get('location')).toBe(`/orders/${orderId}`)
  expect(response.headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
  expect(links).toMatchObject({ self: `/orders/${orderId}`, trace: expect.stringMatching(new RegExp(`^http.*/trace/${traceId}$`)) })
  expect(await order(orderId)).toMatchObject({ orderId, totalCents, traceId, lines: [{ sku: 'teacup', quantity: 2 }] })
  expect(await order(orderId.toUpperCase())).toMatchObject({ orderId })
  await expect.poll(() => payment(orderId).catch(() => undefined)).toMatchObject({ orderId, amountCents: totalCents })
})

test('twenty requests at once with one Idempotency-Key make one order, and all get the same answer; so does a repeat after its end', async () => {
  const before = (await orders()).length
  const headers = { 'idempotency-key': randomUUID() }
  const answerOf = async (response: Response) => {
    const { status, headers } = response
    return {
      status,
      location: headers.get('location'),
      traceresponse: headers.get('traceresponse'),
      body: (await response.json()) as Accepted,
    }
  }
  const ask = () => post('/orders', form(), headers).then(answerOf)
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, ask))
  expect(first).toMatchObject({ status: 202 })
  for (const other of others) expect(other).toEqual(first)
  await expect.poll(async () => (await order(String(first?.body.orderId))).status).toBe('completed')
  expect(await ask()).toEqual(first)
  expect(await orders()).toHaveLength(before + 1)
})

test('an Idempotency-Key that comes with another order is refused, also when both come at once', async () => {
  const before = (await orders()).length
  const headers = { 'idempotency-key': randomUUID() }
  const both = [form(), form({ country: 'DE' })]
  const responses = await Promise.all(Array.from({ length: 10 }, (_, i) => post('/orders', both[i % 2], headers)))
  expect(responses.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 202, 422, 422, 422, 422, 422])
  for (const response of responses.filter(({ status }) => status === 422)) await problemOf(response)
  expect(await orders()).toHaveLength(before + 1)
})

test('the orders can be read page by page, newest first, without their timelines; odd pages are a 422', async () => {
  const placed = [await place(), await place(), await place(), await place(), await place()].map(({ orderId }) => orderId).reverse()
  type Page = { orders: { orderId: string; timeline?: unknown }[]; next?: string }
  const first = await read<Page>('order', '/orders?limit=2')
  const second = await read<Page>('order', `/orders?limit=3&after=${first.next}`)
  const shown = [...first.orders, ...second.orders]
  expect(shown.map(({ orderId }) => orderId)).toEqual(placed)
  for (const order of shown) expect(order).not.toHaveProperty('timeline')
  expect((await read<Page>('order', '/orders')).orders.length).toBeGreaterThanOrEqual(5)
  const limits = ['0', '101', '-1', 'x', '1e1', '', '1&limit=2'].map((limit) => `limit=${limit}`)
  for (const query of [...limits, 'after=x', 'after=', 'after=%00'])
    expect(await problemOf(await fetch(url('order', `/orders?${query}`))), query).toMatchObject({ status: 422 })
})
