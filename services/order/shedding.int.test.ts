import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, suite, test } from 'node:test'
import { application } from '@pas-de-cinq/shared/http'
import { filling } from '@pas-de-cinq/shared/messaging/filling'
import { shedding } from '@pas-de-cinq/shared/shedding'
import { beginnings } from '@pas-de-cinq/shared/table'
import { freshGround } from '../../infra/testing/ground.ts'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { order } from './reactions.ts'
import { store } from './store.ts'

const form = {
  customer: { name: 'Ada', email: 'ada@example.org' },
  address: { street: 'Rue du Ballet 5', city: 'Paris', postalCode: '75009', country: 'FR' },
  lines: [{ sku: 'tea', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
}

suite('order, with a full outbox', async () => {
  const { db, perform, drop } = await freshGround({
    name: 'order',
    choreography: order,
    database: (options) => new PrismaClient(options),
    store,
  })
  const outbox = filling(db, 100_000)
  const routes = shedding(http({ db, perform, jaegerUrl: 'http://jaeger.test' }), beginnings(order), outbox.isFull)
  const server = createServer(application(routes)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(async () => {
    outbox.stop()
    server.close()
    await drop()
  })

  const { port } = server.address() as AddressInfo
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init)
  const place = () => ask('/orders', { method: 'POST', body: JSON.stringify(form) })
  const placed = async () => ((await (await place()).json()) as { orderId: string }).orderId
  const cancel = async (id: string) => (await ask(`/orders/${id}/cancel`, { method: 'POST' })).status
  const fill = async (events: number) => {
    for (let left = events; left > 0; left -= 10_000)
      await db.$executeRaw`
        insert into messaging.outbox (event_id, subject, type, body)
        select gen_random_uuid(), nr::text, 'order.placed', repeat('x', 800) from generate_series(1, ${Math.min(left, 10_000)}) as nr`
  }
  const look = outbox.start

  test('up to the last event an order is taken; then POST /orders answers 503 and when to come back', async () => {
    const earlier = await placed()
    await fill(99_997)
    await look()
    assert.equal((await place()).status, 202)
    await fill(1)
    await look()
    const refused = await place()
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '5')
    assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/)

    assert.equal(await cancel(earlier), 202)
    assert.equal((await ask(`/orders/${earlier}`)).status, 200)
    assert.equal((await ask('/products')).status, 200)
  })

  test('nobody asks the database how full it is: what is refused is no query', async () => {
    const queries = async () => {
      const [row] = await db.$queryRaw<[{ n: number }]>`
        select (xact_commit + xact_rollback)::int as n from pg_stat_database where datname = current_database()`
      return row.n
    }
    const before = await queries()
    const refusals = 500
    for (let i = 0; i < refusals; i++) assert.equal((await place()).status, 503)
    assert.ok((await queries()) - before < refusals / 5)
  })

  test('when a tenth of it is free again, orders are taken again', async () => {
    await db.$executeRaw`delete from messaging.outbox where id <= 5000`
    await look()
    assert.equal((await place()).status, 503)
    await db.$executeRaw`delete from messaging.outbox where id <= 10001`
    await look()
    assert.equal((await place()).status, 202)
  })
})
