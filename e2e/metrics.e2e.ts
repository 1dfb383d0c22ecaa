import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { bought } from '../infra/chaos/customers.ts'
import { passwordOf } from '../infra/passwords.ts'
import { freePort } from '../infra/ports.ts'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { frozen, keptDown } from './support/faults.ts'
import { asked, listed, namesIn, type Sample, scraped, scrapedAt, sum } from './support/metrics.ts'
import { form, type Placed, shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'
import { hearers, operationsOf } from './support/traces.ts'

const services = ['order', 'inventory', 'payment', 'shipping', 'email'] as const
type Service = (typeof services)[number]
type Scrape = Record<Service, Sample[]>
const { place, cancel, post, order } = shop()
const { manage, waiting } = broker()
const measured = 'metrics' in partsIn().rabbitmq

const scrape = async (): Promise<Scrape> =>
  Object.fromEntries(await Promise.all(services.map(async (name) => [name, await scraped(name)] as const))) as Scrape

const atRest = (of: Scrape) =>
  services.every(
    (name) => of[name].some(({ name }) => name === 'pas_de_cinq_outbox_depth') && sum(of[name], 'pas_de_cinq_outbox_depth') === 0,
  )

/** Another instance of inventory beside the one that runs. */
const secondInventory = async () => {
  const port = await freePort()
  const at = (url: string, pathname: string) =>
    Object.assign(new URL(url), { username: 'inventory', password: passwordOf('inventory'), pathname }).href
  const env = {
    ...process.env,
    PORT: String(port),
    LOG_LEVEL: 'silent',
    DATABASE_URL: at(partsIn().postgres.url, '/inventory'),
    AMQP_URL: at(partsIn().rabbitmq.url, ''),
  }
  const child = spawn(process.execPath, ['services/inventory/service.ts'], { env, stdio: 'ignore' })
  const stop = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return { metrics: `http://127.0.0.1:${port}/metrics`, stop }
}

/** How much more of that was counted between two scrapes. */
const more = (before: Sample[], after: Sample[], name: string, labels: Sample['labels'] = {}) =>
  sum(after, name, labels) - sum(before, name, labels)

const published = (before: Scrape, after: Scrape, type: string) => {
  const [service] = type.split('.') as [Service]
  return more(before[service], after[service], 'messaging_client_sent_messages_total', { cloudevents_event_type: type })
}

test('what was published was heard by each hearer once, and orders are counted by how they end; no outbox keeps anything', async () => {
  await Promise.all(services.map((name) => expect.poll(() => waiting(name)).toBe(0)))
  await expect.poll(async () => atRest(await scrape())).toBe(true)
  const before = await scrape()
  const all = await Promise.all(Array.from({ length: 16 }, (_, i) => bought(shop(), i)))
  const orders = await audited(
    shop(),
    all.map(({ orderId }) => orderId),
  )

  const heardBy = await hearers()
  await expect(async () => {
    const after = await scrape()
    expect(published(before, after, 'order.placed')).toBe(16)
    for (const [type, services] of heardBy)
      for (const name of services) {
        const done = more(before[name as Service], after[name as Service], 'messaging_process_duration_count', {
          cloudevents_event_type: type,
          event_outcome: 'done',
        })
        expect(done, `${type} → ${name}`).toBe(published(before, after, type))
      }
    expect(atRest(after)).toBe(true)
  }).toPass({ timeout: 30_000, intervals: [200, 500] })

  const after = await scrape()
  const byEnding = Map.groupBy(orders, ({ status, reason }) => `${status} ${reason ?? ''}`)
  for (const [ending, these] of byEnding) {
    const [order_ending = '', order_reason = ''] = ending.split(' ')
    const labels = { order_ending, ...(order_reason && { order_reason }) }
    expect(more(before.order, after.order, 'order_ended_total', labels), ending).toBe(these.length)
  }
  expect(byEnding.size).toBe(5)
  expect(more(before.order, after.order, 'order_ended_total')).toBe(16)
  expect(more(before.payment, after.payment, 'pas_de_cinq_retries_total', { cloudevents_event_type: 'order.placed' })).toBeGreaterThan(0)
  expect(services.map((name) => more(before[name], after[name], 'pas_de_cinq_dead_letters_total'))).toEqual([0, 0, 0, 0, 0])
  for (const name of services) {
    const delivered = more(before[name], after[name], 'messaging_client_consumed_messages_total')
    expect(delivered, name).toBe(more(before[name], after[name], 'messaging_process_duration_count'))
  }
  const placed = { http_route: '/orders', http_request_method: 'POST', http_response_status_code: '202' }
  expect(more(before.order, after.order, 'http_server_request_duration_count', placed)).toBe(16)
})

test('there is a metric for every panel and every alert, with each label they ask for, and for every row of the README', async () => {
  const all = [...Object.values(await scrape()).flat(), ...(measured ? await scraped('rabbitmq') : [])]
  const ofPrometheus = { metrics: ['up', 'ALERTS'], labels: ['job', 'instance', 'alertstate'] }
  const metrics = new Set([...ofPrometheus.metrics, ...all.map(({ name }) => name)])
  const labels = new Set([...ofPrometheus.labels, ...all.flatMap(({ labels }) => Object.keys(labels))])
  const told = listed()
  expect(told).toHaveLength(12)
  expect(told.filter((name) => !metrics.has(name) && !metrics.has(`${name}_count`))).toEqual([])
  const expressions = asked()
  expect(expressions.length).toBeGreaterThan(20)
  for (const [who, expression] of expressions) {
    const names = namesIn(expression)
    const missing = names.metrics.filter((name) => !metrics.has(name) && (measured || !name.startsWith('rabbitmq_')))
    expect(missing, `${who}: ${expression}`).toEqual([])
    expect(measured ? names.labels.filter((name) => !labels.has(name)) : [], `${who}: ${expression}`).toEqual([])
  }
})

test('a dead letter is counted, whatever it claims to be, and RabbitMQ shows it', async () => {
  const before = await scraped('payment')
  const properties = { type: 'order.placed', message_id: randomUUID(), correlation_id: randomUUID(), delivery_mode: 2 }
  const message = { routing_key: 'payment', payload: 'no JSON', payload_encoding: 'string' }
  await manage('POST', 'exchanges/%2F/payment.own/publish', { ...message, properties })
  await expect.poll(() => waiting('payment.dead')).toBe(1)
  const counted = async () =>
    more(before, await scraped('payment'), 'pas_de_cinq_dead_letters_total', { cloudevents_event_type: 'order.placed' })
  await expect.poll(counted).toBe(1)
  const shown = async () => sum(await scraped('rabbitmq'), 'rabbitmq_detailed_queue_messages', { queue: 'payment.dead' })
  if (measured) await expect.poll(shown, { timeout: 30_000 }).toBe(1)
  await manage('DELETE', 'queues/%2F/payment.dead/contents')
})

test('while the broker is away the outbox shows what waits and for how long; while the database is away the rest is still told', async () => {
  await frozen('rabbitmq', async () => {
    const { orderId } = await place()
    await expect
      .poll(async () => {
        const now = await scraped('order')
        return sum(now, 'pas_de_cinq_outbox_depth') >= 1 && sum(now, 'pas_de_cinq_outbox_age') > 1
      })
      .toBe(true)
    expect(orderId).toBeTruthy()
  })
  await frozen('postgres', async () => {
    const now = await scraped('order') // which fails after 3 s
    expect(now.some(({ name }) => name === 'pas_de_cinq_outbox_depth')).toBe(false)
    expect(sum(now, 'order_ended_total')).toBeGreaterThan(0)
  })
  await expect.poll(async () => atRest(await scrape()), { timeout: 60_000 }).toBe(true)
})

test('of the outbox one instance alone tells, of several; one that has led tells no more', async () => {
  const second = await secondInventory()
  const tells = async (samples: Promise<Sample[]>) =>
    (await samples.catch(() => [])).flatMap(({ name, value }) =>
      name === 'pas_de_cinq_outbox_depth' || (name === 'pas_de_cinq_relay_leads' && value === 1) ? name : [],
    )
  const everything = ['pas_de_cinq_outbox_depth', 'pas_de_cinq_relay_leads']
  const both = async () => [await tells(scraped('inventory')), await tells(scrapedAt(second.metrics))]
  const leads = await tells(scraped('inventory'))
  try {
    expect(leads).toEqual(everything)
    await expect
      .poll(() =>
        fetch(second.metrics).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
    expect(await both()).toEqual([everything, []])
    await frozen('inventory', async () => {
      await expect.poll(() => tells(scrapedAt(second.metrics)), { timeout: 30_000 }).toEqual(everything)
    })
    await expect.poll(both).toEqual([[], everything])
  } finally {
    await second.stop()
  }
  await expect.poll(async () => atRest(await scrape()), { timeout: 30_000 }).toBe(true)
})

test('neither metrics nor spans hold anybody’s name or address, and metrics no id; asking for them leaves no span', async () => {
  const secret = /lovelace|linden|77777|\bada\b/i
  const { orderId, traceId } = await keptDown('mail', async () => {
    const response = await post('/orders', {
      ...form({ paymentMethod: 'pm_card_chargeDeclined' }),
      customer: { name: 'Ada Lovelace', email: 'ada@lovelace.example' },
      address: { street: 'Unter den Linden 7', city: 'Lindenau', postalCode: '77777', country: 'DE' },
    })
    const placed = (await response.json()) as Placed
    await expect.poll(async () => (await order(placed.orderId)).status).toBe('cancelled')
    return placed
  })
  expect((await cancel(orderId)).status).toBe(409)
  await audited(shop(), [orderId])
  const text = await (await fetch(`${process.env['E2E_TRACES']}/api/traces/${traceId}`)).text()
  expect(text).toContain('smtp send')
  expect(text).not.toMatch(secret)

  for (const name of services) {
    const told = await (await fetch(`${partsIn()[name].url}/metrics`)).text()
    expect(told).not.toMatch(secret)
    const instance = /service_instance_id="[^"]+"/ // a name for the process, made anew with each
    expect(told).toMatch(instance)
    expect(told.replaceAll(new RegExp(instance, 'g'), '')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}|@/)
    expect((await operationsOf(name)).filter((operation) => operation.includes('metrics'))).toEqual([])
  }
})
