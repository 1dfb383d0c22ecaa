import { orderEvents } from '@pas-de-cinq/order/events'
import { asking, choreography } from '@pas-de-cinq/shared/choreography'
import type { Bank } from './bank.ts'
import { evolve, initial, refund, settle, status } from './decisions.ts'
import { paymentEvents } from './events.ts'

const asks = asking<Bank>()

export const payment = choreography({ says: paymentEvents, hears: orderEvents, initial, evolve, status, asks }, ({ when }) => [
  when('order.placed',    { ask: 'charge',  decide: settle, says: ['payment.approved', 'payment.declined'] }),

  // compensation
  when('order.cancelled', { ask: 'reverse', decide: refund, says: ['payment.refunded'], undoes: 'payment.approved' }),
])
