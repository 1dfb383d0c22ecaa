import { context } from '@opentelemetry/api'
import { log } from '../log.ts'
import { contextOf } from '../tracing.ts'
import type { Publish } from './confirming.ts'
import { contentType } from './envelope.ts'
import { countingSent } from './metrics.ts'
import { events } from './topology.ts'

/** An event as it waits in the outbox. */
export type Row = {
  readonly id: string
  readonly eventId: string
  readonly subject: string
  readonly type: string
  readonly traceparent: string | null
  readonly tracestate: string | null
  readonly body: string
  readonly at: Date
}
export type Held = { readonly eventId: string; readonly reason: string; readonly since: Date }

/**
 * Sends rows, those of one order one after the other, each only once the one before it is confirmed; each in its own row's trace context.
 * Resolves to the ids of those that are confirmed. One that is refused holds its order, and no other; `lost` tells a refusal from a
 * connection that is gone, which is nobody's fault.
 */
export const sending = (service: string, says: readonly string[]) => {
  const held = new Map<string, Held>()
  const sent = countingSent(says)

  const send = (publish: Publish, { eventId, type, subject, body, at, ...carrier }: Row) => {
    const properties = { messageId: eventId, type, correlationId: subject, contentType, appId: service }
    const timestamp = Math.floor(at.getTime() / 1_000)
    const headers = { 'x-said-at': at.getTime(), 'x-sent-at': Date.now() }
    return context.with(contextOf(carrier), () => publish(events, type, Buffer.from(body), { ...properties, timestamp, headers }))
  }
  const hold = ({ eventId, subject, type }: Row, reason: string) => {
    if (!held.has(subject)) log.error({ eventId, orderId: subject, reason }, `${type} is refused by the broker`)
    held.set(subject, { eventId, reason, since: new Date() })
  }
  const inTurn = async (publish: Publish, rows: readonly Row[], lost: () => boolean): Promise<string[]> => {
    const confirmed: string[] = []
    for (const row of rows) {
      try {
        await send(publish, row)
        confirmed.push(row.id)
        held.delete(row.subject)
        sent(row.type)
      } catch (error) {
        sent(row.type, lost() ? 'lost' : 'refused')
        if (!lost()) hold(row, (error as Error).message)
        break
      }
    }
    return confirmed
  }

  return {
    held,
    all: async (publish: Publish, rows: readonly Row[], lost: () => boolean): Promise<string[]> => {
      const orders = [...Map.groupBy(rows, (row) => row.subject).values()]
      return (await Promise.all(orders.map((rows) => inTurn(publish, rows, lost)))).flat()
    },
  }
}
