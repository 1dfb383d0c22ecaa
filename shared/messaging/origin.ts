import type { Message } from 'amqplib'
import { type Event, Unprocessable } from './envelope.ts'
import { events } from './topology.ts'

/**
 * The routing key under which an event was said: the broker lets a service publish under its own alone. Retries and dead letters, which come
 * through the hearer's own exchange, keep it in a header, and what the administrator sends there himself has none.
 */
export const saidAs = ({ fields, properties: { headers } }: Message): string | undefined => {
  const key = fields.exchange === events ? fields.routingKey : headers?.['x-said-as']
  return typeof key === 'string' ? key : undefined
}

/**
 * Refuses an event that came under another name or routing key than its type: brokers before 4.0.3 do not hold the keys in the headers CC and BCC
 * against the publisher's rights, so that it would reach those who hear the other.
 * @throws Unprocessable
 * @see https://github.com/rabbitmq/rabbitmq-server/pull/12553
 */
export const refuseForged = (delivery: Message, { type }: Event) => {
  const claimed = delivery.properties.type
  if (claimed !== undefined && claimed !== type) throw new Unprocessable(`it says that it is ${claimed}, and is ${type}`)
  const key = saidAs(delivery)
  if (key !== undefined && key !== type) throw new Unprocessable(`${type} was said as ${key}, by one who has no right to say it`)
}
