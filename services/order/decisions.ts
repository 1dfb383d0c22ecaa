import type { InventoryEvent } from '@pas-de-cinq/inventory/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import type { ShippingEvent } from '@pas-de-cinq/shipping/events'
import type { OrderEvent } from './events.ts'

type Heard = InventoryEvent | PaymentEvent | ShippingEvent
type Placed = OrderEvent<'order.placed'>['data']
type Reason = OrderEvent<'order.cancelled'>['data']['reason']

export type Order = { readonly status: 'unknown' | 'placed' | 'completed' | 'cancelled' }
type Address = { readonly street: string; readonly city: string; readonly postalCode: string; readonly country: string }
export type Placing = Omit<Placed, 'address'> & { readonly address: Address }
export type Cancelling = { readonly orderId: string; readonly reason: Reason & ('by-customer' | 'overdue') }

export const initial: Order = { status: 'unknown' }
export const status = ({ status }: Order) => status

export const place = ({ status }: Order, { address: { country }, ...data }: Placing): OrderEvent<'order.placed'>[] =>
  status === 'unknown' ? [{ type: 'order.placed', data: { ...data, address: { country } } }] : []

export const complete = ({ status }: Order, { data: { orderId } }: Heard): OrderEvent<'order.completed'>[] =>
  status === 'placed' ? [{ type: 'order.completed', data: { orderId } }] : []

export const cancel = ({ status }: Order, { orderId, reason }: Cancelling): OrderEvent<'order.cancelled'>[] =>
  status === 'placed' ? [{ type: 'order.cancelled', data: { orderId, reason } }] : []

export const cancelBecause =
  (reason: Reason) =>
  ({ status }: Order, { data: { orderId } }: Heard): OrderEvent<'order.cancelled'>[] =>
    status === 'placed' ? [{ type: 'order.cancelled', data: { orderId, reason } }] : []

export const evolve = (order: Order, event: OrderEvent | Heard): Order => {
  switch (event.type) {
    case 'order.placed':    return { status: 'placed' }
    case 'order.completed': return { status: 'completed' }
    case 'order.cancelled': return { status: 'cancelled' }
    default:                return order
  }
}
