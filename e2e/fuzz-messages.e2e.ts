import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import amqp, { type Channel, type GetMessage } from 'amqplib'
import fc from 'fast-check'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { deadLetters } from './support/dead-letters.ts'
import { meanwhile, parameters, tally } from './support/fuzz.ts'
import { oddlyTold, type Said, spoilt, unkept } from './support/hostile-messages.ts'
import { services } from './support/services.ts'
import { shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'
import { hearers } from './support/traces.ts'

const { place, cancel, ended } = shop()

test('whatever is put into the queues is a dead letter with its reason, or does no harm; orders go their way', async () => {
  const { count, print } = tally()
  const connection = await amqp.connect(partsIn().rabbitmq.url)
  const channel = await connection.createConfirmChannel()
  const sent = new Map<string, { kind: string; service: string; content: Buffer }>()
  const put = (kind: string, service: string, { content, properties }: Said) => {
    const exchange = sent.size % 2 === 0 ? '' : `${service}.own`
    channel.publish(exchange, service, content, { persistent: true, ...properties })
    return { kind, service, content }
  }
  try {
    const heard = await heardSoFar(channel)
    await meanwhile(async () => {
      const kinds = fc.constantFrom(...Object.keys(spoilt))
      const spoiling = fc.tuple(fc.constantFrom(...heard), kinds).chain(([message, kind]) => {
        const content = spoilt[kind]?.(JSON.parse(message.content.toString()), message.content) ?? fc.constant(message)
        return content.map((other) => ({
          ...message,
          kind,
          content: other.content,
          properties: { ...message.properties, ...other.properties },
        }))
      })
      const placings = heard.filter(({ properties }) => properties.type === 'order.placed')
      const keeping = fc.constantFrom(...placings).chain((message) =>
        unkept(JSON.parse(message.content.toString()), message.content).map(({ content }) => ({
          ...message,
          kind: 'what no database keeps',
          content,
        })),
      )
      for (const { kind, service, ...message } of fc.sample(
        fc.oneof({ weight: 12, arbitrary: spoiling }, { weight: 1, arbitrary: keeping }),
        parameters,
      )) {
        const messageId = randomUUID()
        sent.set(messageId, put(kind, service, { ...message, properties: { ...message.properties, messageId } }))
      }
      const twice = fc.tuple(fc.constantFrom(...heard), oddlyTold)
      for (const [{ service, ...message }, odd] of fc.sample(twice, { ...parameters, numRuns: Math.ceil(parameters.numRuns / 5) })) {
        put('heard before, oddly told', service, { ...message, properties: { ...odd, ...message.properties } })
        count('heard before, oddly told', 'no dead letter')
      }
      await channel.waitForConfirms()
      return []
    })
    await drained()
    for (const service of services)
      for (let letter = await next(channel, service); letter; letter = await next(channel, service)) {
        const { messageId, headers } = letter.properties
        const origin = sent.get(messageId)
        expect(origin, `${headers?.['x-reason']}`).toBeDefined()
        expect({ service, content: letter.content.equals(origin?.content ?? Buffer.of()) }).toEqual({
          service: origin?.service,
          content: true,
        })
        expect(headers, origin?.kind).toMatchObject({ 'x-reason': expect.stringMatching(/\w/), 'x-service': service, 'x-attempts': 1 })
        count(String(origin?.kind), 'dead letter')
        sent.delete(messageId)
      }
    expect(
      [...sent.values()].map(({ kind, service }) => `${kind} to ${service}`),
      'neither dead nor harmless',
    ).toEqual([])
  } finally {
    print('messages')
    for (const service of services) await channel.purgeQueue(`${service}.dead`)
    await connection.close()
  }
  expect(await deadLetters()).toEqual({})
})

const next = (channel: Channel, service: string): Promise<GetMessage | false> => channel.get(`${service}.dead`, { noAck: true })

/** What the services have heard of an order that was completed and of one that was cancelled, each with a service that has heard it. */
const heardSoFar = async (channel: Channel): Promise<(Said & { service: string })[]> => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, 'events', '#')
  const orders = [await place(), await place({ country: 'AQ' }), await place()]
  await cancel(String(orders[2]?.orderId))
  for (const { orderId } of orders) await ended(orderId)
  await audited(
    shop(),
    orders.map(({ orderId }) => orderId),
  )
  const hearing = await hearers()
  const all: (Said & { service: string })[] = []
  for (let message = await channel.get(queue, { noAck: true }); message; message = await channel.get(queue, { noAck: true })) {
    const { messageId, type, correlationId, contentType } = message.properties
    for (const service of hearing.get(type) ?? [])
      all.push({ service, content: message.content, properties: { messageId, type, correlationId, contentType } })
  }
  await channel.deleteQueue(queue)
  return all
}

const drained = () =>
  expect(async () => {
    const queues = await broker().manage<{ name: string; messages: number }[]>('GET', 'queues?disable_stats=true&enable_queue_totals=true')
    expect(queues.filter(({ name, messages }) => messages > 0 && !/^(events\.log|.*\.dead|dead\..*)$/.test(name))).toEqual([])
  }).toPass({ timeout: 60_000, intervals: [500] })
