import { setTimeout as delay } from 'node:timers/promises'
import { eventsLog, ownExchange } from '@pas-de-cinq/shared/messaging/topology'
import type { ConfirmChannel, GetMessage, Message } from 'amqplib'
import type { Fault } from './faults.ts'

/** Delivers a message, as it once was, to one service alone. */
const delivered = async (channel: ConfirmChannel, service: string, { content, properties }: Message) => {
  const { contentType, messageId, type, correlationId, timestamp, appId, headers = {} } = properties
  const ours = Object.entries(headers).filter(([name]) =>
    /^(traceparent|tracestate|x-(said|sent)-at|x-said-as|x-attempt|x-reason)$/.test(name),
  )
  channel.publish(ownExchange(service), service, content, {
    contentType,
    messageId,
    type,
    correlationId,
    timestamp,
    appId,
    headers: Object.fromEntries(ours),
    persistent: true,
  })
  await channel.waitForConfirms()
}

const listening = 6_000
const latest = 3_000

/** Whatever is said comes to each of its hearers three times, the second and third time up to 3 s late. */
export const duplicated: Fault = {
  name: 'each event delivered three times, late',
  strike: ({ broker, hearersOf }) =>
    broker.onChannel(async (channel) => {
      const under: Promise<unknown>[] = []
      const again = async (service: string, message: Message) => {
        await delay(Math.random() * latest)
        await delivered(channel, service, message)
      }
      await channel.prefetch(500)
      const hear = (message: Message | null) => {
        if (!message) return
        channel.ack(message)
        const hearers = hearersOf(message.properties.type)
        for (const service of [...hearers, ...hearers]) {
          const once = again(service, message)
          once.catch(() => {}) // told below
          under.push(once)
        }
      }
      const { consumerTag } = await channel.consume(eventsLog, hear, { arguments: { 'x-stream-offset': 'next' } })
      await delay(listening)
      await channel.cancel(consumerTag)
      await Promise.all(under)
    }),
}

const waves = 4
const gathering = 2_000

/** What waits for the services is held back, and given to them twice each, in any order; wave after wave. */
export const reordered: Fault = {
  name: 'deliveries held back, twice each, in any order',
  strike: async ({ broker, services }) => {
    for (let wave = 0; wave < waves; wave++) {
      const deafened = await Promise.allSettled(services.map((service) => broker.deafen(service)))
      try {
        for (const one of deafened) if (one.status === 'rejected') throw one.reason
        await delay(gathering)
        for (const service of services) await broker.onChannel((channel) => shuffled(channel, service))
      } finally {
        await Promise.all(deafened.map((one) => one.status === 'fulfilled' && one.value()))
      }
      await delay(gathering)
    }
  },
}

const shuffled = async (channel: ConfirmChannel, service: string) => {
  const messages = await taken(channel, service)
  const twice = messages.concat(messages).map((message) => ({ message, place: Math.random() }))
  for (const { message } of twice.sort((a, b) => a.place - b.place)) await delivered(channel, service, message)
  for (const message of messages) channel.ack(message)
}

/** All that waits in a queue, until it is acknowledged. */
export const taken = async (channel: ConfirmChannel, queue: string): Promise<GetMessage[]> => {
  const messages: GetMessage[] = []
  for (;;) {
    const message = await channel.get(queue)
    if (!message) return messages
    messages.push(message)
  }
}
