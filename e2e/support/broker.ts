import amqp from 'amqplib'
import { partsIn } from './system.ts'

/** RabbitMQ's management API, as its administrator. */
export const broker = (folder?: string) => {
  const manage = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const { management, url } = partsIn(folder).rabbitmq
    const { username, password } = new URL(url)
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}`, 'content-type': 'application/json' }
    const response = await fetch(`${new URL(management ?? '').origin}/api/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 200 ? await response.json() : undefined) as T
  }
  const permissions = (user: string) => manage<{ configure: string; write: string; read: string }>('GET', `permissions/%2F/${user}`)

  return {
    manage,
    /** how many messages wait in a queue, asked anew */
    async waiting(queue: string): Promise<number> {
      const connection = await amqp.connect(partsIn(folder).rabbitmq.url)
      const { messageCount } = await (await connection.createChannel()).checkQueue(queue).finally(() => connection.close())
      return messageCount
    },
    /** Makes a service deaf: it may read its queue no longer, and its connection is cut. Resolves to what makes it hear again. */
    async deafen(service: string) {
      const { configure, write, read } = await permissions(service)
      await manage('PUT', `permissions/%2F/${service}`, { configure, write, read: '^$' })
      const connections = await manage<{ name: string; user: string }[]>('GET', 'connections')
      for (const { name, user } of connections) if (user === service) await manage('DELETE', `connections/${encodeURIComponent(name)}`)
      return () => manage('PUT', `permissions/%2F/${service}`, { configure, write, read })
    },
  }
}
