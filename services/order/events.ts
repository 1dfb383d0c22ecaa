import { type EventOf, says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'

const OfOrder = z.object({ orderId: z.string() })
export const Line = z.object({ sku: z.string(), quantity: z.int().positive(), unitPriceCents: z.int().nonnegative() })
export const CancelReason = z.enum(['out-of-stock', 'payment-declined', 'undeliverable', 'by-customer', 'overdue'])
export type CancelReason = z.infer<typeof CancelReason>

export const orderEvents = says('order', {
  'order.placed': OfOrder.extend({
    customer: z.object({ name: z.string(), email: z.string() }),
    address: z.object({ country: z.string() }),
    lines: z.array(Line).nonempty(),
    totalCents: z.int().nonnegative(),
    paymentMethod: z.string(),
  }),
  'order.completed': OfOrder,
  'order.cancelled': OfOrder.extend({ reason: CancelReason }),
})
export type OrderEvent<T extends keyof typeof orderEvents = keyof typeof orderEvents> = EventOf<typeof orderEvents, T>
