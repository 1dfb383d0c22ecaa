import type { ConfirmChannel, Message, Options } from 'amqplib'

/** Publishes a message. Resolves once it is the broker's to keep. */
export type Publish = (exchange: string, key: string, content: Buffer, options: Options.Publish & { messageId: string }) => Promise<void>

/**
 * Publishing on `channel`, `mandatory`: resolves once the broker has confirmed it and some queue has taken it; a message that no queue takes is
 * confirmed too, after it was returned. @throws when it is refused or returned, or the channel is lost
 * @see https://www.rabbitmq.com/docs/confirms#when-publishes-are-confirmed
 */
export const confirming = (channel: ConfirmChannel): Publish => {
  const returned = new Set<string>()
  channel.on('return', ({ properties: { messageId } }: Message) => returned.add(messageId))
  return (exchange, key, content, options) =>
    new Promise((resolve, reject) => {
      const settled = (error: unknown) => {
        if (error) return reject(error)
        if (returned.delete(options.messageId)) return reject(new Error(`no queue takes ${key}: the topology is not whole`))
        resolve()
      }
      channel.publish(exchange, key, content, { ...options, persistent: true, mandatory: true }, settled)
    })
}
