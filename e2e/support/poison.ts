import { expect } from '@playwright/test'
import amqp, { type GetMessage, type Options } from 'amqplib'
import { broker } from './broker.ts'
import { shop } from './shop.ts'
import { partsIn } from './system.ts'

const { place } = shop()
const { manage, waiting } = broker()

/** Puts a message into the queue of a service, as only the administrator can, and waits until it is a dead letter. */
export const poisoned = async (service: string, payload: string, properties: object) => {
  const before = await waiting(`${service}.dead`)
  const message = { routing_key: service, payload, payload_encoding: 'string', properties }
  await manage('POST', `exchanges/%2F/${service}.own/publish`, message)
  await expect.poll(() => waiting(`${service}.dead`)).toBe(before + 1)
}

/** Places an order whose `order.placed` reaches payment with a total that is no number. */
export const withBrokenTotal = async () => {
  const connection = await amqp.connect(partsIn().rabbitmq.url)
  try {
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, 'events', 'order.placed')
    await channel.unbindQueue('payment', 'events', 'order.placed')
    const caught = async () => {
      const placed = await place()
      let message: GetMessage | false = false
      await expect.poll(async () => (message = await channel.get(queue))).toBeTruthy()
      return { placed, message: message as unknown as GetMessage }
    }
    const { placed, message } = await caught().finally(() => channel.bindQueue('payment', 'events', 'order.placed'))
    const { content, properties } = message
    const event = JSON.parse(content.toString())
    const broken = Buffer.from(JSON.stringify({ ...event, data: { ...event.data, totalCents: 'lots' } }))
    channel.publish('payment.own', 'payment', broken, properties as Options.Publish)
    await expect.poll(() => waiting('payment.dead')).toBe(1)
    return { ...placed, eventId: event.id as string }
  } finally {
    await connection.close()
  }
}
