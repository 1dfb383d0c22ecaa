import type { InventoryEvent } from '@pas-de-cinq/inventory/events'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import { goesTo, trackingCodeOf } from './carrier.ts'
import type { ShippingEvent } from './events.ts'

type Heard = OrderEvent | InventoryEvent | PaymentEvent
type Cues = { readonly country?: string; readonly reserved: boolean; readonly paid: boolean }
export type Parcel = ({ readonly status: 'waiting' } & Cues) | { readonly status: 'stood-down' | 'dispatched' | 'failed' | 'recalled' }
export const initial: Parcel = { status: 'waiting', reserved: false, paid: false }
export const status = ({ status }: Parcel) => status

/** The join: whichever of the three cues comes last lets the parcel go. */
export const dispatch = (parcel: Parcel, { data: { orderId } }: Heard): ShippingEvent<'shipping.dispatched' | 'shipping.failed'>[] =>
  parcel.status !== 'waiting' || !parcel.country || !parcel.reserved || !parcel.paid ? []
  : goesTo(parcel.country) ? [{ type: 'shipping.dispatched', data: { orderId, trackingCode: trackingCodeOf(orderId) } }]
  : [{ type: 'shipping.failed', data: { orderId, reason: 'the carrier does not go there' } }]

export const recall = ({ status }: Parcel, { data: { orderId } }: OrderEvent<'order.cancelled'>): ShippingEvent<'shipping.recalled'>[] =>
  status === 'dispatched' ? [{ type: 'shipping.recalled', data: { orderId } }] : []

export const evolve = (parcel: Parcel, event: ShippingEvent | Heard): Parcel => {
  switch (event.type) {
    case 'order.placed':        return noting(parcel, { country: event.data.address.country })
    case 'inventory.reserved':  return noting(parcel, { reserved: true })
    case 'payment.approved':    return noting(parcel, { paid: true })
    case 'order.cancelled':     return parcel.status === 'waiting' ? { status: 'stood-down' } : parcel
    case 'shipping.dispatched': return { status: 'dispatched' }
    case 'shipping.failed':     return { status: 'failed' }
    case 'shipping.recalled':   return { status: 'recalled' }
    default:                    return parcel
  }
}

const noting = (parcel: Parcel, cue: Partial<Cues>): Parcel => (parcel.status === 'waiting' ? { ...parcel, ...cue } : parcel)
