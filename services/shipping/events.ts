import { type EventOf, says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'

const OfOrder = z.object({ orderId: z.string() })

export const shippingEvents = says('shipping', {
  'shipping.dispatched': OfOrder.extend({ trackingCode: z.string() }),
  'shipping.failed': OfOrder.extend({ reason: z.string() }),
  'shipping.recalled': OfOrder,
})
export type ShippingEvent<T extends keyof typeof shippingEvents = keyof typeof shippingEvents> = EventOf<typeof shippingEvents, T>
