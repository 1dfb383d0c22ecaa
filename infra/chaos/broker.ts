import { farewell } from '@pas-de-cinq/shared/messaging/answered'
import { eventsLog } from '@pas-de-cinq/shared/messaging/topology'
import amqp, { type ConfirmChannel } from 'amqplib'
import { management } from '../management.ts'
import { undoing } from './undo.ts'

type Method = Parameters<ReturnType<typeof management>>[0]
type Connection = { name: string; user: string }

/** A system's broker as its administrator; `part` says where it is now, and `undo` knows what is in force. */
export const brokerOf = (part: () => { readonly url: string; readonly management?: unknown }, undo = undoing()) => {
  const manage = <T>(method: Method, path: string, body?: object): Promise<T> => {
    const { url, management: at } = part()
    const { username, password } = new URL(url)
    return management(Object.assign(new URL(String(at)), { username, password }).href)<T>(method, path, body)
  }
  const permissions = (user: string) => manage<{ configure: string; write: string; read: string }>('GET', `permissions/%2F/${user}`)

  /** Has `work` done on a channel that confirms. */
  const onChannel = async <T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> => {
    const connection = await amqp.connect(part().url, { noDelay: true })
    connection.on('error', () => {})
    try {
      const channel = await connection.createConfirmChannel()
      const result = await work(channel)
      await channel.close() // after all acks; the connection's own end would overtake them
      return result
    } finally {
      await farewell(connection)
    }
  }

  /** Cuts the connections of a user. */
  const cut = async (user: string) => {
    const connections = await manage<Connection[]>('GET', 'connections')
    const theirs = connections.filter((connection) => connection.user === user)
    await Promise.all(theirs.map(({ name }) => manage('DELETE', `connections/${encodeURIComponent(name)}`).catch(() => {}))) // gone already
  }

  return {
    manage,
    onChannel,
    /** how many messages wait in a queue, asked anew */
    waiting: (queue: string) => onChannel(async (channel) => (await channel.checkQueue(queue)).messageCount),
    /** Makes a service deaf: it may read its queue no longer, and its connection is cut. Resolves to what makes it hear again. */
    async deafen(service: string) {
      const { configure, write, read } = await permissions(service)
      const hear = undo.by(() => manage('PUT', `permissions/%2F/${service}`, { configure, write, read }))
      await manage('PUT', `permissions/%2F/${service}`, { configure, write, read: '^$' })
      await cut(service)
      return hear
    },
    /** how many messages wait in each queue that has any, the memory of all that was said left aside */
    async backlog(): Promise<Record<string, number>> {
      const queues = await manage<{ name: string }[]>('GET', 'queues/%2F?columns=name')
      return onChannel(async (channel) => {
        const counts: [string, number][] = []
        for (const { name } of queues) if (name !== eventsLog) counts.push([name, (await channel.checkQueue(name)).messageCount])
        return Object.fromEntries(counts.filter(([, count]) => count > 0))
      })
    },
  }
}
