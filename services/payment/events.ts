import { type EventOf, says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'

const OfOrder = z.object({ orderId: z.string() })
const Amount = OfOrder.extend({ amountCents: z.int().nonnegative() })

export const paymentEvents = says('payment', {
  'payment.approved': Amount.extend({ receipt: z.string() }),
  'payment.declined': OfOrder.extend({ reason: z.string() }),
  'payment.refunded': Amount,
})
export type PaymentEvent<T extends keyof typeof paymentEvents = keyof typeof paymentEvents> = EventOf<typeof paymentEvents, T>
