import { inventoryEvents } from '@pas-de-cinq/inventory/events'
import { paymentEvents } from '@pas-de-cinq/payment/events'
import { choreography } from '@pas-de-cinq/shared/choreography'
import { shippingEvents } from '@pas-de-cinq/shipping/events'
import { cancel, cancelBecause, complete, evolve, initial, place, status } from './decisions.ts'
import { orderEvents } from './events.ts'

const hears = { ...inventoryEvents, ...paymentEvents, ...shippingEvents }
const endings = { 'order.completed': 'completed', 'order.cancelled': 'cancelled' }

export const order = choreography({ says: orderEvents, hears, initial, evolve, status, endings }, ({ when, on }) => [
  on('POST /orders',            { decide: place,    says: ['order.placed'], begins: true }),
  when('shipping.dispatched',   { decide: complete, says: ['order.completed'] }),

  // every way to end badly
  when('inventory.rejected',    { decide: cancelBecause('out-of-stock'),     says: ['order.cancelled'] }),
  when('payment.declined',      { decide: cancelBecause('payment-declined'), says: ['order.cancelled'] }),
  when('shipping.failed',       { decide: cancelBecause('undeliverable'),    says: ['order.cancelled'] }),
  on('POST /orders/:id/cancel', { decide: cancel, says: ['order.cancelled'] }),
  on('deadline',                { decide: cancel, says: ['order.cancelled'] }),
])
