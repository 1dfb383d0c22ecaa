import { type EventOf, says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'

export const Occasion = z.enum(['placed', 'completed', 'cancelled', 'refunded'])
export const emailEvents = says('email', { 'email.sent': z.object({ orderId: z.string(), occasion: Occasion }) })
export type EmailEvent<T extends keyof typeof emailEvents = keyof typeof emailEvents> = EventOf<typeof emailEvents, T>
