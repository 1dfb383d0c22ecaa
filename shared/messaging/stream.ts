import type { ChannelModel, ConsumeMessage } from 'amqplib'

const quiet = 1_500

/** Where reading begins: with the oldest there is, or what came since then. */
type Offset = 'first' | Date

/**
 * Reads a stream from `from` on, until `see` says that it has seen enough, or nothing has come for 1.5 s. Nothing is taken out of it.
 * @see https://www.rabbitmq.com/docs/streams#consuming
 */
export const readStream = async (connection: ChannelModel, name: string, from: Offset, see: (message: ConsumeMessage) => boolean) => {
  const channel = await connection.createChannel()
  const offset = from === 'first' ? from : { '!': 'timestamp', value: Math.floor(from.getTime() / 1_000) }
  await channel.prefetch(1_000)
  await new Promise<void>((resolve, reject) => {
    let timer = setTimeout(resolve, quiet)
    const hear = (message: ConsumeMessage | null) => {
      clearTimeout(timer)
      if (!message || see(message)) return resolve()
      channel.ack(message)
      timer = setTimeout(resolve, quiet)
    }
    channel.consume(name, hear, { arguments: { 'x-stream-offset': offset } }).catch(reject)
  })
  await channel.close()
}
