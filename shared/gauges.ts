import type { Sql } from './database.ts'
import type { Consumer } from './messaging/consumer.ts'
import type { Leadership } from './messaging/leadership.ts'
import { backlog } from './messaging/outbox.ts'
import type { Relay } from './messaging/relay.ts'
import { gauge, read } from './metrics.ts'
import { silently } from './tracing.ts'

type Organs = {
  readonly db: Sql
  readonly leader: Leadership
  readonly relay: Relay
  readonly consumer: Consumer
}

/**
 * What waits, looked up when it is asked for. Of the outbox the relay's leader alone tells, so that a sum over instances is right; it is
 * missing while the database is away. How far an instance lags behind, it tells for itself, as long as it is connected.
 */
export const gauges = ({ db, leader, relay, consumer }: Organs) => {
  const outbox = {
    depth: gauge('pas_de_cinq.outbox.depth', '{event}', 'Events in the outbox; beyond 10,000 an estimate that errs upwards.'),
    age: gauge('pas_de_cinq.outbox.age', 's', 'Age of the oldest event in the outbox.'),
  }
  read(outbox, () => (leader.leads() ? silently(() => backlog(db)) : {}))

  const own = {
    leads: gauge('pas_de_cinq.relay.leads', '1', 'Whether this instance leads the relay.'),
    held: gauge('pas_de_cinq.relay.held', '{order}', 'Orders that cannot go on, since the broker refuses one of their events.'),
    lag: gauge('pas_de_cinq.consumer.lag', 's', 'Age, since it was said, of the oldest event in hand: the oldest of the queue, in effect.'),
  }
  read(own, () => ({
    leads: Number(leader.leads()),
    held: relay.held().size,
    ...(consumer.state() === 'consuming' && { lag: ageOf(consumer.oldest()) }),
  }))
}

const ageOf = (seconds: number | undefined) => (seconds === undefined ? 0 : Math.max(0, Date.now() / 1_000 - seconds))
