import type { ChannelModel, Message } from 'amqplib'
import { readStream } from './stream.ts'
import { eventsLog } from './topology.ts'

const skew = 60 * 60 * 1_000

/**
 * Under which routing key each of these messages was said, as `events.log` has it, which the broker wrote: no header tells that as surely,
 * since whoever says an event may put any header on it. A message that the log does not hold, to the last byte, is not in the answer.
 */
export const saidInLog = async (connection: ChannelModel, messages: readonly Message[]): Promise<ReadonlyMap<Message, string>> => {
  const found = new Map<Message, string>()
  if (messages.length === 0) return found
  const wanted = Map.groupBy(messages, bodyOf)
  const oldest = Math.min(...messages.map(({ properties: { timestamp } }) => (typeof timestamp === 'number' ? timestamp * 1_000 : 0)))
  const began = Date.now()
  await readStream(connection, eventsLog, oldest > skew ? new Date(oldest - skew) : 'first', (logged) => {
    for (const message of wanted.get(bodyOf(logged)) ?? []) if (!found.has(message)) found.set(message, logged.fields.routingKey)
    return found.size === messages.length || Number(logged.properties.headers?.['x-sent-at']) > began
  })
  return found
}

const bodyOf = ({ content }: Message) => content.toString('latin1')
