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
/** Why an order cannot go on: which of its events is refused, and what for. */
export type Held = { readonly eventId: string; readonly reason: string }

/**
 * Sends rows, those of one order one after the other, each only once the one before it is confirmed; each in its own row's trace context.
 * Resolves to those that are confirmed. One that is refused holds its order, and no other. A connection that is gone is nobody's
 * fault; a channel that the broker has `closed` is that of the one that was under way, if it was alone: to find out who, one is sent at a time
 * until it is found, or a channel has outlived all of them. `lost` tells whether the channel is gone.
 */
export const sending = (service: string, says: readonly string[]) => {
  const held = new Map<string, Held>()
  const sent = countingSent(says)
  let closed: Publish | undefined

  const send = (publish: Publish, { eventId, type, subject, body, at, ...carrier }: Row) => {
    const properties = { messageId: eventId, type, correlationId: subject, contentType, appId: service }
    const timestamp = Math.floor(at.getTime() / 1_000)
    const headers = { 'x-said-at': at.getTime(), 'x-sent-at': Date.now() }
    return context.with(contextOf(carrier), () => publish(events, type, Buffer.from(body), { ...properties, timestamp, headers }))
  }
  const hold = ({ eventId, subject, type }: Row, reason: string) => {
    if (!held.has(subject)) log.error({ eventId, orderId: subject, reason }, `${type} is refused by the broker`)
    held.delete(subject)
    held.set(subject, { eventId, reason })
  }
  const inTurn = async (publish: Publish, rows: readonly Row[], lost: () => boolean, alone: boolean): Promise<Row[]> => {
    const confirmed: Row[] = []
    for (const row of rows) {
      try {
        await send(publish, row)
        confirmed.push(row)
        held.delete(row.subject)
        sent(row.type)
      } catch (error) {
        const culprit = alone && closed === publish
        const refused = culprit || !lost()
        sent(row.type, refused ? 'refused' : 'lost')
        if (refused) hold(row, (error as Error).message)
        if (culprit) closed = undefined
        break
      }
    }
    return confirmed
  }
  const oneByOne = async (publish: Publish, orders: readonly Row[][], lost: () => boolean): Promise<Row[]> => {
    const confirmed: Row[] = []
    for (const rows of orders) if (!lost()) confirmed.push(...(await inTurn(publish, rows, lost, true)))
    return confirmed
  }

  return {
    /** the orders that are held, those first that were tried longest ago */
    held,
    closed: (publish: Publish) => {
      closed = publish
    },
    isSearching: () => closed !== undefined,
    all: async (publish: Publish, rows: readonly Row[], lost: () => boolean): Promise<Row[]> => {
      const alone = closed !== undefined
      const orders = Map.groupBy(rows, (row) => row.subject)
      const last = [...held.keys()].map((order) => orders.get(order)).filter((rows) => rows !== undefined)
      const free = [...orders].filter(([order]) => !held.has(order)).map(([, rows]) => rows)
      const atOnce = () => Promise.all(free.map((rows) => inTurn(publish, rows, lost, false)))
      const confirmed = alone ? await oneByOne(publish, free, lost) : (await atOnce()).flat()
      confirmed.push(...(await oneByOne(publish, last, lost)))
      if (alone && closed !== publish) closed = undefined
      return confirmed
    },
  }
}
