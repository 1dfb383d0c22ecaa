import { orderEvents } from '@pas-de-cinq/order/events'
import { paymentEvents } from '@pas-de-cinq/payment/events'
import { asking, choreography } from '@pas-de-cinq/shared/choreography'
import { evolve, initial, write } from './decisions.ts'
import { emailEvents } from './events.ts'
import type { Post } from './smtp.ts'

const hears = { ...orderEvents, ...paymentEvents }
const asks = asking<Post>()
const unheard = ['email.sent'] as const

export const email = choreography({ says: emailEvents, hears, initial, evolve, asks, unheard }, ({ when }) => [
  when('order.placed',     { ask: 'deliver', decide: write, says: ['email.sent'] }),
  when('order.completed',  { ask: 'deliver', decide: write, says: ['email.sent'] }),
  when('order.cancelled',  { ask: 'deliver', decide: write, says: ['email.sent'] }),
  when('payment.refunded', { ask: 'deliver', decide: write, says: ['email.sent'] }),
])
