import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { services } from './support/services.ts'
import { problemOf, shop } from './support/shop.ts'

const { url, read, post, stock } = shop()
const pathsOf = {
  order: { '/orders': ['GET', 'POST'], '/products': ['GET'], '/orders/x': ['GET'], '/orders/x/cancel': ['POST'] },
  inventory: { '/stock': ['GET'] },
  payment: { '/payments/x': ['GET'] },
  shipping: { '/shipments/x': ['GET'] },
  email: { '/letters': ['GET'] },
}

test('an unknown route is a 404, at each service', async () => {
  for (const service of services)
    for (const path of ['/', '/nothing', '/health', '/orders%2f', '//', '/__proto__', '/..%2f..%2fetc'])
      expect(await problemOf(await fetch(url(service) + path))).toMatchObject({ status: 404 })
})

test('a wrong method is a 405 that says which are allowed, at each path of each service', async () => {
  for (const service of services)
    for (const [path, allowed] of Object.entries({ ...pathsOf[service], '/health/live': ['GET'], '/health/ready': ['GET'] }))
      for (const method of ['DELETE', 'PUT', 'PATCH', 'POST', 'GET'].filter((method) => !allowed.includes(method))) {
        const response = await fetch(url(service) + path, { method })
        expect(await problemOf(response), `${method} ${path}`).toMatchObject({ status: 405 })
        expect(response.headers.get('allow')?.split(', ').sort()).toEqual(allowed)
      }
})

test('odd ids in a path or a query are a 4xx, never a 5xx', async () => {
  const places = [url('order', '/orders/'), url('payment', '/payments/'), url('shipping', '/shipments/'), url('email', '/letters?orderId=')]
  const ids = ['%00', '%ff', '%', '%F0%9F%98%80', "'%20or%201=1", '..%2f..%2fetc', '__proto__', 'undefined', '1', 'a'.repeat(8_000)]
  for (const id of ids)
    for (const place of places) expect([400, 404, 422], place + id).toContain((await problemOf(await fetch(place + id))).status)
  for (const id of ids) expect([400, 404], id).toContain((await problemOf(await post(`/orders/${id}/cancel`))).status)
})

test('what nobody knows of is a 404, and has no letters', async () => {
  for (const id of [randomUUID(), '00000000-0000-0000-0000-000000000000', randomUUID().toUpperCase()]) {
    for (const place of [url('order', '/orders/'), url('payment', '/payments/'), url('shipping', '/shipments/')])
      expect(await problemOf(await fetch(place + id))).toMatchObject({ status: 404 })
    expect(await problemOf(await post(`/orders/${id}/cancel`))).toMatchObject({ status: 404 })
    expect(await read('email', `/letters?orderId=${id}`)).toEqual({ letters: [] })
  }
})

test('live and ready are answered by each service; ready names the state of database, broker and consumer', async () => {
  for (const service of services) {
    expect(await read(service, '/health/live')).toEqual({ status: 'live' })
    await expect
      .poll(() => read(service, '/health/ready'))
      .toMatchObject({ status: 'ready', database: 'up', broker: { state: 'up' }, consumer: 'consuming' })
  }
})

test('the products on offer are those in the stock: none of unobtainium, 5 of last-chance, a million of every other', async () => {
  const { products } = await read<{ products: { sku: string; name: string; unitPriceCents: number }[] }>('order', '/products')
  const levels = await stock()
  expect(products.map(({ sku }) => sku).sort()).toEqual(levels.map(({ sku }) => sku).sort())
  for (const product of products) expect(product).toMatchObject({ name: expect.stringMatching(/\w/), unitPriceCents: expect.any(Number) })
  const few: Record<string, number> = { unobtainium: 0, 'last-chance': 5 }
  for (const { sku, seeded, available, reserved, shipped } of levels) {
    expect(seeded, sku).toBe(few[sku] ?? 1_000_000)
    expect(available + reserved + shipped, sku).toBe(seeded)
  }
})
