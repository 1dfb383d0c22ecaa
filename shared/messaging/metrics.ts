import type { ConsumeMessage } from 'amqplib'
import { faultOf } from '../faults.ts'
import { counter, histogram } from '../metrics.ts'
import { events } from './topology.ts'

/** What became of a delivery. `unheard`: no row of the table asks for its type any more. */
export type Ending = 'done' | 'duplicate' | 'unheard' | 'retry' | 'dead'

const other = '_OTHER' // as the conventions have it where a label would else be whatever somebody sends

/**
 * Counts each attempt to publish, by type; one that failed by why, too. Names and labels are those of OpenTelemetry's messaging
 * conventions 1.44, and `cloudevents.event_type`.
 */
export const countingSent = (says: readonly string[]) => {
  const labels = (type: string) => ({
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': 'publish',
    'messaging.destination.name': `${events}:${type}`,
    'cloudevents.event_type': type,
  })
  const sent = counter('messaging.client.sent.messages', '{message}', 'Events published, each attempt.', says.map(labels))
  return (type: string, error?: 'refused' | 'lost') => sent({ ...labels(type), ...(error && { 'error.type': error }) })
}

/**
 * Counts each delivery to `service` when it comes, and what became of it when that is certain: for a retry and a dead letter, once the
 * broker has confirmed it. A delivery that is lost with its channel has no ending here; it comes again.
 */
export const countingDeliveries = (service: string, hears: ReadonlySet<string>) => {
  const labels = (type: string) => ({
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': 'process',
    'messaging.destination.name': `${events}:${type}:${service}`,
    'cloudevents.event_type': type,
  })
  const types = [...hears, other]
  const series = types.map((type) => ({ 'cloudevents.event_type': type }))
  const consumed = counter('messaging.client.consumed.messages', '{message}', 'Events delivered, each time.', types.map(labels))
  const retries = counter('pas_de_cinq.retries', '{event}', 'Events that failed and will be tried again.', series)
  const dead = counter('pas_de_cinq.dead_letters', '{event}', 'Events that became dead letters.', series)
  const took = histogram('messaging.process.duration', 'From delivery to ack, retries and dead letters included.')

  return ({ properties: { type } }: ConsumeMessage) => {
    const known = hears.has(type) ? type : other
    const mine = labels(known)
    const began = performance.now()
    consumed(mine)
    return (ending: Ending, error?: unknown) => {
      if (ending === 'retry') retries({ 'cloudevents.event_type': known })
      if (ending === 'dead') dead({ 'cloudevents.event_type': known })
      const failure = error === undefined ? {} : { 'error.type': faultOf(error).name }
      took((performance.now() - began) / 1_000, { ...mine, 'event.outcome': ending, ...failure })
    }
  }
}
