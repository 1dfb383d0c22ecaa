import type { Topology } from '@pas-de-cinq/shared/messaging/topology'
import type { ConsumeMessage } from 'amqplib'
import type { World } from './world.ts'

export type Message = {
  readonly content: Buffer
  readonly properties: ConsumeMessage['properties']
  readonly exchange: string
  readonly key: string
  readonly returns: number
}
export type Taker = { readonly take: (message: Message) => void; readonly free: () => boolean }
export type Queue = { readonly name: string; readonly ready: Message[]; readonly takers: Set<Taker>; delivering: boolean }
export type Broker = ReturnType<typeof broker>

/** The real topology, in memory. A queue gives out what it holds one at a time, to whoever has room, in an order that the choices decide. */
export const broker = ({ exchanges, queues, bindings }: Topology, { soon, draw, note }: World) => {
  const all = new Map(queues.map(({ name }): [string, Queue] => [name, { name, ready: [], takers: new Set(), delivering: false }]))
  const known = new Set(exchanges.map(({ name }) => name))
  const settings = new Map(queues.map((queue) => [queue.name, queue.arguments]))
  const published = new Map<string, string>()

  const matching = (exchange: string, key: string) =>
    bindings.filter((one) => one.exchange === exchange && (one.key === key || one.key === '#')).map(({ queue }) => queue)

  const put = (name: string, message: Message) => {
    const queue = all.get(name)
    const { 'x-queue-type': type, 'x-message-ttl': ttl, ...args } = settings.get(name) ?? {}
    if (!queue || type === 'stream') return
    queue.ready.push(message)
    if (typeof ttl !== 'number') return deliver(queue)
    setTimeout(() => {
      queue.ready.splice(queue.ready.indexOf(message), 1)
      route(String(args['x-dead-letter-exchange']), { ...message, key: String(args['x-dead-letter-routing-key']), returns: 0 })
    }, ttl)
  }
  const route = (exchange: string, message: Message): boolean => {
    if (!known.has(exchange)) throw new Error(`there is no exchange ${exchange}`)
    const takers = matching(exchange, message.key)
    if (exchange === 'events') published.set(message.properties.messageId, message.properties.type)
    for (const name of takers) put(name, { ...message, exchange })
    if (message.properties.headers?.['x-reason']) note('the broker', setAside(exchange, message))
    return takers.length > 0
  }

  const deliver = (queue: Queue) => {
    if (queue.delivering || queue.ready.length === 0 || !someFree(queue)) return
    queue.delivering = true
    soon(undefined, () => {
      queue.delivering = false
      const free = [...queue.takers].filter((taker) => taker.free())
      const [message] = free.length > 0 ? queue.ready.splice(draw() % Math.max(1, queue.ready.length), 1) : []
      if (message) free[draw() % free.length]?.take(message)
      deliver(queue)
    })
  }

  return {
    queues: all,
    published,
    route,
    deliver,
    /** a message comes a second time, as it does after a confirm that was lost */
    duplicate: (choice: number) => {
      const full = [...all.values()].filter(({ name, ready }) => ready.length > 0 && !name.includes('.'))
      const queue = full[choice % full.length]
      const message = queue?.ready[draw() % queue.ready.length]
      if (queue && message) put(queue.name, message)
      return message?.properties.type as string | undefined
    },
    /** whether nothing waits, dead letters aside */
    empty: () => [...all.values()].every(({ name, ready }) => ready.length === 0 || name.endsWith('.dead')),
    left: () => [...all.values()].filter(({ ready }) => ready.length > 0).map(({ name, ready }) => `${ready.length} left in ${name}`),
    deadLetters: () => [...all.values()].filter(({ name, ready }) => name.endsWith('.dead') && ready.length > 0),
  }
}

const setAside = (exchange: string, { key, properties: { type, correlationId, headers } }: Message) =>
  `${key.endsWith('.dead') ? 'a dead letter' : 'a retry'} of ${exchange.replace('.own', '')}: ${type} of ${correlationId} (${headers?.['x-reason']})`
const someFree = ({ takers }: Queue) => takers.values().some((taker) => taker.free())
