import { setTimeout as delay } from 'node:timers/promises'
import amqp, { type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import { farewell } from './answered.ts'
import { confirming, type Publish } from './confirming.ts'
import { type DeadLetter, deadLetterOf } from './dead-letters.ts'
import { deadQueue } from './topology.ts'

/** The dead letters of one service, in hand: nobody else has them now, and what is not settled returns to its place. */
export type InHand = {
  readonly service: string
  readonly letters: readonly DeadLetter[]
  /** how many more there are, beyond those that were asked for */
  readonly beyond: number
  readonly connection: ChannelModel
  readonly publish: Publish
  /** takes a letter away for good: only after the broker has confirmed what is to become of it */
  readonly settle: (letter: DeadLetter) => void
}

const most = 10_000
const patience = 30_000
const pause = 100
const quiet = 3_000

/**
 * Takes the oldest dead letters of a service in hand, 10,000 at most, lets `work` look at them and settle some, and puts the others back where
 * they were. One at a time does so, by a lock that ends with its connection: so nobody takes letters in another's hand for gone.
 * Looking counts as a delivery, and the queue's limit allows for that. @throws when another has them for 30 s
 */
export const withDeadLetters = async <T>(url: string, service: string, work: (inHand: InHand) => Promise<T>, atMost = most): Promise<T> => {
  const connection = await amqp.connect(url, { noDelay: true, timeout: 5_000, clientProperties: { connection_name: 'dead letters' } })
  connection.on('error', () => {}) // whoever waits for an answer on it is told
  try {
    await lock(connection, service)
    const channel = await connection.createConfirmChannel()
    const queue = deadQueue(service)
    const { messageCount } = await channel.checkQueue(queue)
    const messages = await taken(channel, queue, Math.min(messageCount, atMost))
    let left = messages.length
    const settle = ({ message }: DeadLetter) => {
      channel.ack(message)
      left--
    }
    const letters = messages.map((message) => deadLetterOf(service, message))
    const beyond = Math.max(0, messageCount - letters.length)
    const result = await work({ service, letters, beyond, connection, publish: confirming(channel), settle })
    if (left < messages.length) left += await settled(channel, queue)
    await channel.close()
    await returned(connection, queue, left)
    return result
  } finally {
    await farewell(connection)
  }
}

const lock = async (connection: ChannelModel, service: string) => {
  for (const end = Date.now() + patience; ; await delay(pause)) {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    const mine = await channel
      .assertQueue(`${deadQueue(service)}.in-hand`, { exclusive: true, durable: false, arguments: { 'x-queue-type': 'classic' } })
      .then(
        () => true,
        (error: Error & { code?: number }) => {
          if (error.code === resourceLocked) return false
          throw error
        },
      )
    if (mine) return
    if (Date.now() > end) throw new Error(`another has had the dead letters of ${service} in hand for ${patience / 1_000} s`)
  }
}
const resourceLocked = 405

const taken = async (channel: ConfirmChannel, queue: string, count: number): Promise<ConsumeMessage[]> => {
  if (count === 0) return []
  const messages: ConsumeMessage[] = []
  await channel.prefetch(count)
  await new Promise<void>((resolve, reject) => {
    let timer = setTimeout(resolve, 3 * quiet)
    const hear = (message: ConsumeMessage | null) => {
      clearTimeout(timer)
      if (message) messages.push(message)
      if (!message || messages.length === count) return resolve()
      timer = setTimeout(resolve, quiet) // another program, which knows of no lock, has some of them
    }
    channel.consume(queue, hear, { consumerTag }).catch(reject)
  })
  await channel.cancel(consumerTag)
  return messages
}
const consumerTag = 'in-hand'

/**
 * A channel keeps back acks of which there are many at once, and forgets them when it is closed. The broker answers the first get once those that
 * went out are done, and the second once those are that were kept back. @returns how many letters the two have taken beside
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v3.10.8/deps/rabbit/src/rabbit_fifo_client.erl unsent_commands
 */
const settled = async (channel: ConfirmChannel, queue: string) =>
  Number(!!(await channel.get(queue))) + Number(!!(await channel.get(queue)))

/** What was put back is there again a moment after its channel has closed. */
const returned = async (connection: ChannelModel, queue: string, count: number) => {
  const channel = await connection.createChannel()
  for (const end = Date.now() + 3 * quiet; Date.now() < end; await delay(10))
    if ((await channel.checkQueue(queue)).messageCount >= count) return
}
