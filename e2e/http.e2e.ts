import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { form, type Listed, type Placed, problemOf, shop } from './support/shop.ts'

const { url, read, post, place, order, orders, stock, payment } = shop()
const services = ['order', 'inventory', 'payment', 'shipping', 'email'] as const
const pathsOf = {
  order: { '/orders': ['GET', 'POST'], '/products': ['GET'], '/orders/x': ['GET'], '/orders/x/cancel': ['POST'] },
  inventory: { '/stock': ['GET'] },
  payment: { '/payments/x': ['GET'] },
  shipping: { '/shipments/x': ['GET'] },
  email: { '/letters': ['GET'] },
}

const refusalOf = async (body: unknown, headers = {}) => problemOf(await post('/orders', body, headers))
const pointersOf = async (body: unknown) => (await refusalOf(body)).errors?.map(({ pointer }) => pointer)
type Accepted = Placed & { status: string; links: { self: string; trace: string } }
const tea = (quantity: unknown) => ({ sku: 'tea', quantity })

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

test.describe('what is not an order is refused, and makes none:', () => {
  let before: Listed[]
  test.beforeAll(async () => {
    before = await orders()
  })
  test.afterEach(async () => {
    expect(await orders()).toHaveLength(before.length)
  })

  test('malformed JSON, or a body that cannot be decoded', async () => {
    for (const body of ['{"customer":', 'hello', '1', '"order"', 'null', '{,}'])
      expect(await refusalOf(body)).toMatchObject({ status: 400 })
    expect(await refusalOf('order', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 })
    expect(await refusalOf('order', { 'content-encoding': 'zip' })).toMatchObject({ status: 415 })
    expect(await refusalOf('{}', { 'content-type': 'application/json; charset=klingon' })).toMatchObject({ status: 415 })
  })

  test('a body of 1 MB, its length told or not', async () => {
    const big = JSON.stringify({ ...form(), remark: 'x'.repeat(1_000_000) })
    expect(await refusalOf(big)).toMatchObject({ status: 413 })
    const request = { method: 'POST', body: new Blob([big]).stream(), duplex: 'half' } as RequestInit
    expect(await problemOf(await fetch(url('order', '/orders'), request))).toMatchObject({ status: 413 })
  })

  test('another type than that of an order', async () => {
    expect(await pointersOf([])).toEqual(['#'])
    expect((await pointersOf({}))?.sort()).toEqual(['#/address', '#/customer', '#/lines', '#/paymentMethod'])
    expect((await pointersOf({ customer: 1, address: [], lines: {}, paymentMethod: null }))?.sort()).toEqual([
      '#/address',
      '#/customer',
      '#/lines',
      '#/paymentMethod',
    ])
  })

  test('every field wrong at once: one entry for each, no more', async () => {
    const wrong = {
      customer: { name: ' ', email: 'ada' },
      address: { street: 5, city: 'x'.repeat(101), postalCode: null, country: 'XX' },
      lines: [tea(-1), tea('2'), { sku: 'unicorn', quantity: 1e9 }],
      paymentMethod: 'gold',
    }
    expect((await pointersOf(wrong))?.sort()).toEqual([
      '#/address/city',
      '#/address/country',
      '#/address/postalCode',
      '#/address/street',
      '#/customer/email',
      '#/customer/name',
      '#/lines/0/quantity',
      '#/lines/1/quantity',
      '#/lines/2/quantity',
      '#/lines/2/sku',
      '#/paymentMethod',
    ])
  })

  test('a quantity that is none', async () => {
    for (const quantity of [-1, 0, 1.5, 101, 1e9, Number.MAX_SAFE_INTEGER, '1', null, [1], true])
      expect(await pointersOf({ ...form(), lines: [tea(quantity)] }), String(quantity)).toEqual(['#/lines/0/quantity'])
    expect(await pointersOf(JSON.stringify(form()).replace('"quantity":1', '"quantity":1e999'))).toEqual(['#/lines/0/quantity'])
  })

  test('no lines, 51 lines, or 101 pieces of a product in two lines', async () => {
    expect(await pointersOf({ ...form(), lines: [] })).toEqual(['#/lines'])
    expect(await pointersOf({ ...form(), lines: Array(51).fill(tea(1)) })).toEqual(['#/lines'])
    expect(await pointersOf({ ...form(), lines: [tea(100), tea(1)] })).toEqual(['#/lines/1/quantity'])
  })

  test('an unknown product, country or way to pay', async () => {
    for (const sku of ['unicorn', '', 'TEA', '__proto__', 'constructor'])
      expect(await pointersOf({ ...form(), lines: [{ sku, quantity: 1 }] }), sku).toEqual(['#/lines/0/sku'])
    for (const country of ['XX', 'fr', 'FRA', '']) expect(await pointersOf(form({ country })), country).toEqual(['#/address/country'])
    for (const paymentMethod of ['gold', '', 'PM_CARD_VISA', '__proto__'])
      expect(await pointersOf(form({ paymentMethod })), paymentMethod).toEqual(['#/paymentMethod'])
  })

  test('characters that no name has, NUL and half a surrogate pair among them, in any field', async () => {
    const { customer, address } = form()
    for (const odd of ['A\u0000da', 'A\ud800', 'A\nB', '\u0007']) {
      expect(await pointersOf({ ...form(), customer: { ...customer, name: odd } })).toEqual(['#/customer/name'])
      expect(await pointersOf({ ...form(), address: { ...address, street: odd } })).toEqual(['#/address/street'])
      expect(await pointersOf(form({ email: `${odd}@example.org` }))).toEqual(['#/customer/email'])
      expect(await pointersOf({ ...form(), lines: [{ sku: odd, quantity: 1 }] })).toEqual(['#/lines/0/sku'])
    }
    expect(await refusalOf(form(), { 'idempotency-key': 'x'.repeat(256) })).toMatchObject({ status: 422 })
    expect(await refusalOf(form(), { 'idempotency-key': '' })).toMatchObject({ status: 422 })
  })
})

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
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=x',
    'limit=1e1',
    'limit=',
    'limit=1&limit=2',
    'after=x',
    'after=',
    'after=%00',
  ])
    expect(await problemOf(await fetch(url('order', `/orders?${query}`))), query).toMatchObject({ status: 422 })
})
