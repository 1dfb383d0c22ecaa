import { eventsLog } from '@pas-de-cinq/shared/messaging/topology'
import { type ChannelModel, connect } from 'amqplib'

export type Said = { id: string; type: string; time: string; correlationid: string; causationid?: string; data: Record<string, unknown> }

export type Listener = {
  /** What has been said of an order so far, each event once, in the order of saying. */
  about: (orderId: string) => Said[]
  stop: () => Promise<void>
}

/**
 * Calls `hear` for everything that is said from now on, as it stands in the stream that remembers it; for some of it twice. When the broker is lost
 * it goes on after what it has heard, once that is back. @throws when it cannot be reached at first
 */
export async function overhear(amqpUrl: string, hear: (said: Said) => void): Promise<() => Promise<void>> {
  let next: number | 'next' = 'next'
  const setup = async (model: ChannelModel) => {
    model.on('error', () => {})
    const channel = await model.createChannel()
    channel.on('error', () => {}).on('close', () => void model.close().catch(() => {}))
    await channel.prefetch(500)
    await channel.consume(
      eventsLog,
      (message) => {
        if (!message) return void channel.close().catch(() => {})
        next = Number(message.properties.headers?.['x-stream-offset']) + 1
        hear(JSON.parse(message.content.toString()))
        channel.ack(message)
      },
      { arguments: { 'x-stream-offset': next } },
    )
  }
  const recovery = { initialMaxRetries: 0, maxDelay: 2_000, setup }
  const connection = await connect(amqpUrl, { noDelay: true, recovery })
  connection.on('error', () => {})
  return () => connection.close()
}

/** Listens to everything that is said from now on, and keeps it. */
export async function listen(amqpUrl: string): Promise<Listener> {
  const heard = new Map<string, Said>()
  const stop = await overhear(amqpUrl, (event) => heard.set(event.id, event))
  return {
    about: (orderId) =>
      [...heard.values()].filter(({ correlationid }) => correlationid === orderId).sort((a, b) => a.time.localeCompare(b.time)),
    stop,
  }
}
