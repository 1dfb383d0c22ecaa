import { EventEmitter } from 'node:events'
import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib'
import type { Broker, Message, Queue, Taker } from './broker.ts'
import type { Life, Scheduler } from './scheduler.ts'

type Settle = (error: unknown) => void
type Delivered = { readonly queue: Queue; readonly message: Message; readonly tag: string | undefined }

export type Channel = {
  /** how many deliveries have not been acked */
  readonly unacked: () => number
  /** all that a queue holds, taken in hand */
  readonly taken: (queue: string) => ConsumeMessage[]
  /** the connection is lost: what was not acked goes back, what was not confirmed is in the dark */
  readonly lose: () => void
  readonly asReal: ConfirmChannel
}

/**
 * A confirm channel of amqplib's, as far as the relay, the consumer, retries and dead letters use one. What is published takes one step to
 * reach the broker, the confirm another one to come back; an ack takes one.
 */
export const channelOf = (broker: Broker, { soon }: Scheduler, of: Life | undefined): Channel => {
  const unacked = new Map<number, Delivered>()
  const takers = new Map<string, { taker: Taker; queue: Queue }>()
  const unconfirmed = new Set<Settle>()
  let tags = 0
  let prefetch = 0
  let open = true

  const refuseClosed = () => {
    if (!open) throw new Error('the channel is closed')
  }
  const queueOf = (name: string) => {
    refuseClosed()
    const queue = broker.queues.get(name)
    if (!queue) throw new Error(`there is no queue ${name}`)
    return queue
  }
  const handOut = (queue: Queue, message: Message, consumerTag?: string): ConsumeMessage => {
    const deliveryTag = ++tags
    unacked.set(deliveryTag, { queue, message, tag: consumerTag })
    const { exchange, key: routingKey, returns, content, properties } = message
    const headers = { ...properties.headers, ...(returns > 0 && { 'x-delivery-count': returns }) }
    const fields = { deliveryTag, redelivered: returns > 0, exchange, routingKey, consumerTag: consumerTag ?? '' }
    return { content, fields, properties: { ...properties, headers } }
  }
  const prefetched = async (count: number) => {
    prefetch = count
  }
  const consume = async (name: string, take: (message: ConsumeMessage) => void) => {
    const queue = queueOf(name)
    const consumerTag = `${name} ${++tags}`
    const room = prefetch
    const taker: Taker = {
      take: (message) => take(handOut(queue, message, consumerTag)),
      free: () => [...unacked.values()].filter(({ tag }) => tag === consumerTag).length < room,
    }
    takers.set(consumerTag, { taker, queue })
    queue.takers.add(taker)
    broker.deliver(queue)
    return { consumerTag }
  }
  const cancel = async (consumerTag: string) => {
    refuseClosed()
    const { taker, queue } = takers.get(consumerTag) ?? {}
    if (taker) queue?.takers.delete(taker)
  }
  const ack = ({ fields: { deliveryTag } }: ConsumeMessage, allUpTo = false) => {
    const tags = allUpTo ? [...unacked.keys()].filter((tag) => tag <= deliveryTag) : [deliveryTag]
    soon(of, () => {
      if (!open) return
      const queues = tags.map((tag) => unacked.get(tag)?.queue)
      for (const tag of tags) unacked.delete(tag)
      for (const queue of queues) if (queue) broker.deliver(queue)
    })
  }
  const publish = (exchange: string, key: string, content: Buffer, properties: Options.Publish, settle: Settle) => {
    refuseClosed()
    unconfirmed.add(settle)
    soon(of, () => {
      if (!open) return
      const message = { content, properties: properties as Message['properties'], exchange, key, returns: 0 }
      if (!broker.route(exchange, message)) events.emit('return', message)
      soon(of, () => open && unconfirmed.delete(settle) && settle(null))
    })
  }
  const taken = (name: string) =>
    queueOf(name)
      .ready.splice(0)
      .map((message) => handOut(queueOf(name), message))
  const lose = () => {
    if (!open) return
    open = false
    for (const { taker, queue } of takers.values()) queue.takers.delete(taker)
    for (const { queue, message } of unacked.values()) queue.ready.unshift({ ...message, returns: message.returns + 1 })
    for (const { queue } of unacked.values()) broker.deliver(queue)
    unacked.clear()
    if (of?.alive !== false) for (const settle of unconfirmed) settle(new Error('the channel is closed'))
    if (of?.alive !== false) events.emit('close')
  }

  const close = async () => lose()
  const checkQueue = async (name: string) => ({ queue: name, messageCount: queueOf(name).ready.length, consumerCount: 0 })
  const events = new EventEmitter()
  const real = { prefetch: prefetched, consume, cancel, ack, publish, close, checkQueue }
  return { lose, taken, unacked: () => unacked.size, asReal: Object.assign(events, real) as unknown as ConfirmChannel }
}
