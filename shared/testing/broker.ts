import { randomUUID } from 'node:crypto'
import amqp from 'amqplib'
import { topologyOf, whole } from '../messaging/topology.ts'
import type { Choreography } from '../table.ts'

/** A virtual host of its own with the topology of `tables`, deleted at the end. `TEST_RABBITMQ_URL` and `TEST_RABBITMQ_MANAGEMENT_URL` name an administrator. */
export const privateVhost = async (tables: Readonly<Record<string, Choreography>>, delays: readonly number[]) => {
  const { TEST_RABBITMQ_URL: adminUrl, TEST_RABBITMQ_MANAGEMENT_URL: management } = process.env
  if (!adminUrl || !management) throw new Error('TEST_RABBITMQ_URL is not set: run this by `npm test`')
  const { username, password } = new URL(adminUrl)
  const vhost = `test-${randomUUID()}`
  const manage = async (method: string, path: string, body?: object) => {
    const headers = {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    }
    const response = await fetch(`${new URL(management).origin}/api/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 200 ? response.json() : undefined
  }
  await manage('PUT', `vhosts/${vhost}`)
  await manage('PUT', `permissions/${vhost}/${username}`, { configure: '.*', write: '.*', read: '.*' })
  const url = Object.assign(new URL(adminUrl), { pathname: `/${vhost}` }).href
  const connection = await amqp.connect(url, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  const { exchanges, queues, bindings } = topologyOf(tables, delays)
  for (const { name, type } of exchanges) await channel.assertExchange(name, type)
  for (const { name, arguments: args } of queues) await channel.assertQueue(name, { arguments: args })
  for (const { exchange, queue, key } of bindings) await channel.bindQueue(queue, exchange, key)
  await channel.assertExchange(whole, 'fanout')

  return {
    url,
    channel,
    manage,
    count: async (queue: string) => (await channel.checkQueue(queue)).messageCount,
    async end() {
      await connection.close().catch(() => {})
      await manage('DELETE', `vhosts/${vhost}`)
    },
  }
}
