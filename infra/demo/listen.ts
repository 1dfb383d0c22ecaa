import { eventsLog } from '@pas-de-cinq/shared/messaging/topology'
import { connect } from 'amqplib'

export type Said = { id: string; type: string; time: string; correlationid: string; causationid?: string; data: Record<string, unknown> }

export type Listener = {
  /** What has been said of an order so far, each event once, in the order of saying. */
  about: (orderId: string) => Said[]
  stop: () => Promise<void>
}

/** Listens to everything that is said from now on, in the stream that remembers it. */
export async function listen(amqpUrl: string): Promise<Listener> {
  const connection = await connect(amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  const heard = new Map<string, Said>()
  await channel.prefetch(500)
  await channel.consume(
    eventsLog,
    (message) => {
      if (!message) return
      const event: Said = JSON.parse(message.content.toString())
      heard.set(event.id, event)
      channel.ack(message)
    },
    { arguments: { 'x-stream-offset': 'next' } },
  )
  return {
    about: (orderId) =>
      [...heard.values()].filter(({ correlationid }) => correlationid === orderId).sort((a, b) => a.time.localeCompare(b.time)),
    stop: () => connection.close(),
  }
}
