import { expect } from '@playwright/test'
import { broker } from './broker.ts'
import { services } from './services.ts'

/** The services that have dead letters, with how many. */
export const deadLetters = (folder?: string): Promise<Record<string, number>> =>
  broker(folder).onChannel(async (channel) => {
    const counts = await Promise.all(services.map(async (name) => [name, (await channel.checkQueue(`${name}.dead`)).messageCount] as const))
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  })

/** Why the one dead letter of a service has died; it is taken away. */
export const reasonAt = async (service: string) => {
  type Message = { properties: { headers: Record<string, string> } }
  const get = { count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' }
  let message: Message | undefined
  await expect(async () => {
    message = (await broker().manage<Message[]>('POST', `queues/%2F/${service}.dead/get`, get))[0]
    expect(message).toBeDefined()
  }).toPass()
  return message?.properties.headers['x-reason']
}
