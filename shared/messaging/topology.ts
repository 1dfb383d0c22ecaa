import type { Choreography } from '../table.ts'

/** A queue, as it is declared. */
export type Queue = { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
type Binding = { readonly exchange: string; readonly queue: string; readonly key: string }
/** What the broker has to hold. */
export type Topology = {
  readonly exchanges: readonly { readonly name: string; readonly type: 'topic' | 'direct' | 'fanout' }[]
  readonly queues: readonly Queue[]
  readonly bindings: readonly Binding[]
}

/** The exchange that every event goes through. */
export const events = 'events'

/**
 * The stream that remembers every event. As it takes each, who says one is not told when nobody else does: that every table's binding is there, the
 * topology step sees to.
 */
export const eventsLog = 'events.log'

/** The exchange that is there once everything else is: nobody begins before. */
export const whole = 'topology.whole'

/** The stream that keeps the dead letters that were discarded, and what was replaced by an edit, for 30 days. The administrator alone reaches it. */
export const discardedLetters = 'dead.discarded'

/** How often a delivery may end with its channel before the broker takes it for a dead letter: the last fence against what kills a process. */
const deliveryLimit = Number(process.env['DELIVERY_LIMIT'] ?? 100)

/** The event types that a service's table hears. */
export const heardBy = ({ reactions }: Choreography): string[] =>
  reactions.filter(({ from }) => from === 'another service').map(({ when }) => when)

/** The direct exchange through which a service alone reaches its queues. No queue has its name: who may read a queue could else bind the exchange to `events`. */
export const ownExchange = (service: string) => `${service}.own`

/** The queue in which a service's failed deliveries wait for `delay` milliseconds, and from which they go back to its own. */
export const retryQueue = (service: string, delay: number) => `${service}.retry.${delay}`

/** The queue of a service's dead letters. */
export const deadQueue = (service: string) => `${service}.dead`

/**
 * Everything that the broker has to hold, computed from the tables: one exchange and one stream for all; per service a queue bound to what
 * its rows hear, a wait queue per retry delay, a dead-letter queue, and a direct exchange of its own through which these are reached.
 * All queues are quorum queues; the same declarations work on RabbitMQ 3.10 to 4.x.
 * @see https://www.rabbitmq.com/docs/quorum-queues
 */
export const topologyOf = (choreographies: Readonly<Record<string, Choreography>>, delays: readonly number[]): Topology => {
  const services = Object.entries(choreographies)
  return {
    exchanges: [{ name: events, type: 'topic' }, ...services.map(([name]) => ({ name: ownExchange(name), type: 'direct' as const }))],
    queues: [
      { name: eventsLog, arguments: stream('7D', 1_000_000_000) },
      { name: discardedLetters, arguments: stream('30D', 100_000_000) },
      ...services.flatMap(([name]) => queuesOf(name, delays)),
    ],
    bindings: [
      { exchange: events, queue: eventsLog, key: '#' },
      ...services.flatMap(([name, choreography]) => [
        ...heardBy(choreography).map((key) => ({ exchange: events, queue: name, key })),
        ...queuesOf(name, delays).map(({ name: queue }) => ({ exchange: ownExchange(name), queue, key: queue })),
      ]),
    ],
  }
}

// Retention drops whole segments.
const stream = (age: string, bytes: number) => ({
  'x-queue-type': 'stream',
  'x-max-age': age,
  'x-max-length-bytes': bytes,
  'x-stream-max-segment-size-bytes': bytes / 20,
})

// Looking at a dead letter and leaving it counts as a delivery, and beyond the limit, 20 since RabbitMQ 4.0, it would be dropped.
const lookedAtForEver = 1_000_000_000

const quorum = { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish' }
const thenTo = (exchange: string, key: string) => ({
  'x-dead-letter-exchange': exchange,
  'x-dead-letter-routing-key': key,
  'x-dead-letter-strategy': 'at-least-once',
})

const queuesOf = (service: string, delays: readonly number[]): Queue[] => [
  { name: service, arguments: { ...quorum, 'x-delivery-limit': deliveryLimit, ...thenTo(ownExchange(service), deadQueue(service)) } },
  ...delays.map((delay) => ({
    name: retryQueue(service, delay),
    arguments: { ...quorum, 'x-message-ttl': delay, ...thenTo(ownExchange(service), service) },
  })),
  { name: deadQueue(service), arguments: { ...quorum, 'x-delivery-limit': lookedAtForEver } },
]
