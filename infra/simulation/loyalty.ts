import { type OrderEvent, orderEvents } from '@pas-de-cinq/order/events'
import { choreography } from '@pas-de-cinq/shared/choreography'
import { type EventOf, says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'

const loyaltyEvents = says('loyalty', { 'loyalty.credited': z.object({ orderId: z.string(), points: z.int() }) })
type Credited = EventOf<typeof loyaltyEvents>

export type Points = { readonly points: number }
const initial: Points = { points: 0 }

/** The points that a completed order earns. */
export const perCompletedOrder = 10

/** A sixth table, of the simulation alone. It counts: heard twice, an order earns twice, if nothing but its own decision keeps it from that. */
export const loyalty = choreography(
  {
    says: loyaltyEvents,
    hears: orderEvents,
    initial,
    evolve: ({ points }: Points, event: Credited | OrderEvent) => ({
      points: event.type === 'loyalty.credited' ? points + event.data.points : points,
    }),
  },
  ({ when }) => [
    when('order.completed', {
      decide: (_, { data: { orderId } }): Credited[] => [{ type: 'loyalty.credited', data: { orderId, points: perCompletedOrder } }],
      says: ['loyalty.credited'],
    }),
  ],
)
