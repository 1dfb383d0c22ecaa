import type { Circuit } from './circuit.ts'
import type { Sql } from './database.ts'
import type { Consumer } from './messaging/consumer.ts'
import type { Leadership } from './messaging/leadership.ts'
import { backlog } from './messaging/outbox.ts'
import type { Relay } from './messaging/relay.ts'
import { gauge, read } from './metrics.ts'
import { silently } from './tracing.ts'

type Organs = {
  readonly circuit: Circuit
  readonly lag: { readonly lags: () => boolean }
  readonly db: Sql
  readonly leader: Leadership
  readonly relay: Relay
  readonly consumer: Consumer
}

/**
 * What waits, looked up when it is asked for. Of the outbox the relay's leader alone tells, so that a sum over instances is right; it is
 * missing while the database is away. Of the queue each instance tells, and how far it lags behind itself, as long as it is connected.
 */
export const gauges = ({ db, leader, relay, consumer, circuit, lag }: Organs) => {
  const outbox = {
    depth: gauge('pas_de_cinq.outbox.depth', '{event}', 'Events in the outbox; beyond 10,000 an estimate that errs upwards.'),
    age: gauge('pas_de_cinq.outbox.age', 's', 'Age of the oldest event in the outbox.'),
  }
  read(outbox, () => (leader.leads() ? silently(() => backlog(db)) : {}))

  const queue = {
    depth: gauge('pas_de_cinq.queue.depth', '{event}', 'Events in the queue, alike from each instance; those in hand are not among them.'),
  }
  read(queue, async () => ({ depth: await consumer.waiting() }))

  const own = {
    leads: gauge('pas_de_cinq.relay.leads', '1', 'Whether this instance leads the relay.'),
    held: gauge('pas_de_cinq.relay.held', '{order}', 'Orders that cannot go on, since the broker refuses one of their events.'),
    lags: gauge('pas_de_cinq.lagging', '1', 'Whether an event has waited for longer than LAG_WARN_SECONDS.'),
    away: gauge('pas_de_cinq.asks.away', '1', 'Whether what the service asks is away, so that its events wait.'),
    hand: gauge('pas_de_cinq.consumer.in_hand', '{event}', 'Events that were delivered to this instance and have not come to their end.'),
    lag: gauge('pas_de_cinq.consumer.lag', 's', 'Age, since it was said, of the oldest event in hand: the oldest of the queue, in effect.'),
  }
  read(own, () => ({
    leads: Number(leader.leads()),
    held: relay.held().size,
    lags: Number(lag.lags()),
    away: Number(circuit.isOpen()),
    hand: consumer.inHand(),
    lag: consumer.age(),
  }))
}
