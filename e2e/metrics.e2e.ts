import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { bought } from '../infra/chaos/customers.ts'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { asked, atRest, listed, more, namesIn, type Scrape, scrape, scraped, sum } from './support/metrics.ts'
import { type Service, services } from './support/services.ts'
import { shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'
import { hearers } from './support/traces.ts'

const { manage, waiting } = broker()
const measured = 'metrics' in partsIn().rabbitmq

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
  const certain = ['completed ', 'cancelled payment-declined', 'cancelled undeliverable', 'cancelled out-of-stock'] // a cancellation may come too late
  expect([...byEnding.keys()]).toEqual(expect.arrayContaining(certain))
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
  expect(told).toHaveLength(16)
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
