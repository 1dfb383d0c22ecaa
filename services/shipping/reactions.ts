import { inventoryEvents } from '@pas-de-cinq/inventory/events'
import { orderEvents } from '@pas-de-cinq/order/events'
import { paymentEvents } from '@pas-de-cinq/payment/events'
import { choreography } from '@pas-de-cinq/shared/choreography'
import { dispatch, evolve, initial, recall, status } from './decisions.ts'
import { shippingEvents } from './events.ts'

const hears = { ...orderEvents, ...inventoryEvents, ...paymentEvents }
const unheard = ['shipping.recalled'] as const

export const shipping = choreography({ says: shippingEvents, hears, initial, evolve, status, unheard }, ({ when }) => [
  when('order.placed',       { decide: dispatch, says: ['shipping.dispatched', 'shipping.failed'] }),
  when('inventory.reserved', { decide: dispatch, says: ['shipping.dispatched', 'shipping.failed'] }),
  when('payment.approved',   { decide: dispatch, says: ['shipping.dispatched', 'shipping.failed'] }),

  // compensation
  when('order.cancelled',    { decide: recall,   says: ['shipping.recalled'], undoes: 'shipping.dispatched' }),
])
