import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, suite, test } from 'node:test'
import { application } from '@pas-de-cinq/shared/http'
import { shippingEvents } from '@pas-de-cinq/shipping/events'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { order } from './reactions.ts'
import { store } from './store.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is answered is what is tested
type Answer = { status: number; headers: Headers; body: any }

const form = {
  customer: { name: 'Ada', email: 'ada@example.org' },
  address: { street: 'Rue du Ballet 5', city: 'Paris', postalCode: '75009', country: 'FR' },
  lines: [{ sku: 'tea', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
}
const withLines = (...lines: unknown[]) => ({ ...form, lines })
const withCustomer = (customer: object) => ({ ...form, customer: { ...form.customer, ...customer } })

suite('order, over HTTP', async () => {
  const { db, hear, perform, drop } = await freshGround({
    name: 'order',
    choreography: order,
    database: (options) => new PrismaClient(options),
    store,
  })
  const server = createServer(application(http({ db, perform, jaegerUrl: 'http://jaeger.test' }))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  after(() => {
    server.close()
    return drop()
  })

  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const place = (body: unknown = form, headers: Record<string, string> = {}) =>
    ask('/orders', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers })
  const placed = async () => (await place()).body.orderId as string
  const cancel = (id: string, body?: string) => ask(`/orders/${id}/cancel`, { method: 'POST', ...(body && { body }) })
  const dispatched = (id: string) => saidBy('shipping', shippingEvents)(id, 'shipping.dispatched', { trackingCode: 'T-1' })
  const dispatch = (id: string) => hear(dispatched(id))
  const assertProblem = ({ status, headers, body }: Answer, expected: number) => {
    assert.equal(status, expected)
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.equal(body.status, expected)
    assert.ok(body.title)
  }

  suite('POST /orders', () => {
    test('an order is taken, and says where it is and which trace it leaves', async () => {
      const { status, headers, body } = await place()
      assert.equal(status, 202)
      const traceId = headers.get('traceresponse')?.match(/^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/)?.[1]
      const self = `/orders/${body.orderId}`
      assert.equal(headers.get('location'), self)
      assert.ok(traceId)
      assert.deepEqual(body, {
        orderId: body.orderId,
        status: 'placed',
        totalCents: 2_900,
        traceId,
        links: { self, trace: `http://jaeger.test/trace/${traceId}` },
      })
    })

    test('lines of one product are added up', async () => {
      const { body } = await place(withLines({ sku: 'tea', quantity: 1 }, { sku: 'honey', quantity: 1 }, { sku: 'tea', quantity: 99 }))
      assert.equal(body.totalCents, 145_790)
      const { lines } = (await ask(body.links.self)).body
      assert.deepEqual(lines, [
        { sku: 'tea', quantity: 100, unitPriceCents: 1_450 },
        { sku: 'honey', quantity: 1, unitPriceCents: 790 },
      ])
    })

    test('words are trimmed, and what is not asked for is passed over', async () => {
      const { body } = await place({ ...withCustomer({ name: '  Ada ', likes: 'dancing' }), coupon: 'x' })
      assert.deepEqual((await db.order.findUniqueOrThrow({ where: { id: body.orderId } })).customer, form.customer)
    })

    test('what is wrong is refused, field by field, and no order is made', async () => {
      const before = await db.order.count()
      const answer = await place({ ...withCustomer({ name: 'A\u0000da' }), lines: [{ sku: 'coffee', quantity: 101 }] })
      assertProblem(answer, 422)
      const wrongFields = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)
      assert.deepEqual(wrongFields, ['#/customer/name', '#/lines/0/sku', '#/lines/0/quantity'])
      assertProblem(await place({}), 422)
      assertProblem(await place([]), 422)
      assertProblem(await ask('/orders', { method: 'POST' }), 422)
      assert.equal(await db.order.count(), before)
    })

    test('what cannot be read is refused', async () => {
      assertProblem(await place('{"customer":'), 400)
      assertProblem(await place(`"${'x'.repeat(1_000_000)}"`), 413)
      assertProblem(await ask('/orders', { method: 'DELETE' }), 405)
      assertProblem(await ask('/order'), 404)
    })
  })

  suite('Idempotency-Key', () => {
    const same = ({ status, headers, body }: Answer) => ({ status, body, at: headers.get('location'), trace: headers.get('traceresponse') })

    test('the same order again gets the first answer again', async () => {
      const headers = { 'idempotency-key': randomUUID() }
      const first = await place(form, headers)
      await cancel(first.body.orderId)
      const second = await place({ ...form, customer: { email: ' ada@example.org', name: 'Ada' } }, headers)
      assert.deepEqual(same(second), same(first))
    })

    test('sent ten times at once, one order is made', async () => {
      const headers = { 'idempotency-key': randomUUID() }
      const before = await db.order.count()
      const answers = await Promise.all(Array.from({ length: 10 }, () => place(form, headers)))
      for (const answer of answers) assert.deepEqual(same(answer), same(answers[0] as Answer))
      assert.equal(await db.order.count(), before + 1)
    })

    test('the same key with another order is refused', async () => {
      const headers = { 'idempotency-key': randomUUID() }
      await place(form, headers)
      assertProblem(await place(withLines({ sku: 'tea', quantity: 3 }), headers), 422)
    })

    test('without a key, the same order twice is two orders', async () => {
      assert.notEqual(await placed(), await placed())
    })

    test('a key that is empty, too long or not visible is refused', async () => {
      for (const key of ['', 'x'.repeat(256), 'a b', 'clé']) assertProblem(await place(form, { 'idempotency-key': key }), 422)
      assert.equal((await place(form, { 'idempotency-key': 'x'.repeat(255) })).status, 202)
    })
  })

  suite('GET', () => {
    test('an order shows what has become of it, with its timeline', async () => {
      const { orderId, traceId, links } = (await place()).body
      await dispatch(orderId)
      const { body } = await ask(`/orders/${orderId}`)
      const { placedAt, endedAt, timeline, ...rest } = body
      const lines = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]
      assert.deepEqual(rest, { orderId, status: 'completed', lines, totalCents: 2_900, traceId, links })
      const types = timeline.map(({ type }: { type: string }) => type)
      assert.deepEqual(types, ['order.placed', 'shipping.dispatched', 'order.completed'])
      assert.deepEqual([timeline[0].at, timeline[2].at], [placedAt, endedAt])
    })

    test('an open order has neither reason nor end', async () => {
      const { body } = await ask(`/orders/${await placed()}`)
      assert.deepEqual([body.status, 'reason' in body, 'endedAt' in body], ['placed', false, false])
    })

    test('an order that there is not, or an id that is none, is not found', async () => {
      for (const id of [randomUUID(), 'x', '1', `${randomUUID()}0`, "'"]) assertProblem(await ask(`/orders/${id}`), 404)
    })

    test('orders are listed newest first, page by page', async () => {
      const ids = [await placed(), await placed(), await placed(), await placed(), await placed()].reverse()
      const first = (await ask('/orders?limit=2')).body
      const second = (await ask(`/orders?limit=2&after=${first.next}`)).body
      const pages = [...first.orders, ...second.orders]
      const listed = pages.map(({ orderId }) => orderId)
      assert.deepEqual(listed, ids.slice(0, 4))
      for (const one of pages) assert.ok(!('timeline' in one))
    })

    test('the last page has no next one', async () => {
      let [seen, next] = [0, '']
      do {
        const { body } = await ask(`/orders?limit=7${next && `&after=${next}`}`)
        seen += body.orders.length
        next = body.next ?? ''
      } while (next)
      assert.equal(seen, await db.order.count())
    })

    test('a limit or a place to go on from that is none is refused', async () => {
      for (const query of ['limit=0', 'limit=101', 'limit=-1', 'limit=x', 'limit=', 'limit=1e1', 'limit=1&limit=2', 'after=x', 'after='])
        assertProblem(await ask(`/orders?${query}`), 422)
      assert.equal((await ask('/orders?limit=100')).status, 200)
    })

    test('the products have prices', async () => {
      const { products } = (await ask('/products')).body
      assert.ok(products.length >= 8)
      assert.deepEqual(Object.keys(products[0]), ['sku', 'name', 'unitPriceCents'])
    })
  })

  suite('POST /orders/:id/cancel', () => {
    test('an open order is cancelled, in its own trace', async () => {
      const { orderId, traceId } = (await place()).body
      const { status, body } = await cancel(orderId, '{}')
      assert.deepEqual([status, body.status, body.reason, body.traceId], [202, 'cancelled', 'by-customer', traceId])
      const { status: then, reason, endedAt } = (await ask(`/orders/${orderId}`)).body
      assert.deepEqual([then, reason, Boolean(endedAt)], ['cancelled', 'by-customer', true])
    })

    test('of many who cancel at once, one succeeds', async () => {
      const id = await placed()
      const answers = await Promise.all(Array.from({ length: 5 }, () => cancel(id)))
      const statuses = answers.map(({ status }) => status)
      assert.deepEqual(statuses.sort(), [202, 409, 409, 409, 409])
    })

    test('an order that has ended cannot be cancelled', async () => {
      const id = await placed()
      await dispatch(id)
      assertProblem(await cancel(id), 409)
    })

    test('an order that there is not cannot be cancelled', async () => {
      for (const id of [randomUUID(), 'x']) assertProblem(await cancel(id), 404)
    })

    test('an id in capitals is the same id', async () => {
      const id = await placed()
      assert.equal((await cancel(id.toUpperCase())).status, 202)
      assert.equal((await ask(`/orders/${id.toUpperCase()}`)).body.status, 'cancelled')
    })

    test('a body that says something is refused', async () => {
      const id = await placed()
      assertProblem(await cancel(id, '{"reason":"overdue"}'), 422)
      assertProblem(await cancel(id, '[]'), 422)
      assert.equal((await ask(`/orders/${id}`)).body.status, 'placed')
    })
  })
})
