import type { Correspondence } from '../../../services/email/decisions.ts'
import type { Holding } from '../../../services/inventory/decisions.ts'
import type { Parcel } from '../../../services/shipping/decisions.ts'
import type { Mistake } from '../mistakes.ts'
import { deaf, deciding, evolving, passingOver, whatever } from './ways.ts'

const country = (parcel: Parcel) => (parcel.status === 'waiting' ? parcel.country : undefined)

const compensations: Readonly<Record<string, Mistake>> = {
  'payment does not refund': deaf('payment', 'order.cancelled'),
  'inventory does not release': deaf('inventory', 'order.cancelled'),
  'shipping does not recall': deciding('shipping', 'order.cancelled', () => () => []),
  'shipping does not stand down': passingOver('shipping', 'order.cancelled'),
  'order does not cancel what is out of stock': deaf('order', 'inventory.rejected'),
  'order does not cancel what is declined': deaf('order', 'payment.declined'),
  'order does not cancel what cannot be delivered': deaf('order', 'shipping.failed'),
  'email does not write of the refund': deaf('email', 'payment.refunded'),
  'inventory does not withdraw': deaf('inventory', 'order.completed'),
}

const outOfOrder: Readonly<Record<string, Mistake>> = {
  'order completes what has been cancelled': deciding('order', 'shipping.dispatched', whatever({ status: 'placed' })),
  'order cancels, as declined, what has ended': deciding('order', 'payment.declined', whatever({ status: 'placed' })),
  'order cancels, as out of stock, what has ended': deciding('order', 'inventory.rejected', whatever({ status: 'placed' })),
  'order cancels, as undeliverable, what has ended': deciding('order', 'shipping.failed', whatever({ status: 'placed' })),
  'order lets the customer cancel what has ended': deciding('order', 'POST /orders/:id/cancel', whatever({ status: 'placed' })),
  'order lets the deadline cancel what has ended': deciding('order', 'deadline', whatever({ status: 'placed' })),
  'inventory forgets a cancellation that comes before the order': passingOver<Holding>(
    'inventory',
    'order.cancelled',
    ({ hold }) => hold.status === 'none',
  ),
  'inventory reserves for what has been refused': deciding<Holding>(
    'inventory',
    'order.placed',
    (sound) =>
      ({ stock }, event, answer) =>
        sound({ hold: { status: 'none' }, stock }, event, answer),
  ),
  'payment settles what has been refunded': deciding('payment', 'order.placed', whatever({ status: 'none' })),
  'payment refunds what it has approved alone, whatever the bank has charged': deciding<{ status: string }>(
    'payment',
    'order.cancelled',
    (sound) => (state, event, answer) => (state.status === 'approved' ? sound(state, event, answer) : []),
  ),
  'shipping forgets a reservation that comes before the order': passingOver<Parcel>(
    'shipping',
    'inventory.reserved',
    (parcel) => !country(parcel),
  ),
  'shipping forgets an approval that comes before the order': passingOver<Parcel>(
    'shipping',
    'payment.approved',
    (parcel) => !country(parcel),
  ),
  'shipping forgets an approval that comes before the reservation': passingOver<Parcel>(
    'shipping',
    'payment.approved',
    (parcel) => parcel.status === 'waiting' && !parcel.reserved,
  ),
  'shipping forgets a reservation that comes before the approval': passingOver<Parcel>(
    'shipping',
    'inventory.reserved',
    (parcel) => parcel.status === 'waiting' && !parcel.paid,
  ),
  'shipping forgets a cancellation that comes before the order': passingOver<Parcel>(
    'shipping',
    'order.cancelled',
    (parcel) => parcel.status === 'waiting' && !country(parcel),
  ),
  'shipping forgets its standing down when a cue comes': evolving<Parcel>(
    'shipping',
    (sound) => (parcel, event) =>
      sound(parcel.status === 'stood-down' ? { status: 'waiting', country: 'FR', reserved: true, paid: true } : parcel, event),
  ),
  'shipping stands down where it has to recall': evolving<Parcel>(
    'shipping',
    (sound) => (parcel, event) => (event.type === 'order.cancelled' ? { status: 'stood-down' } : sound(parcel, event)),
  ),
  'shipping dispatches on two cues': evolving<Parcel>(
    'shipping',
    (sound) => (parcel, event) =>
      sound(parcel.status === 'waiting' && event.type === 'payment.approved' ? { ...parcel, reserved: true } : parcel, event),
  ),
  'email forgets a letter whose address is not known yet': evolving<Correspondence>(
    'email',
    (sound) => (letters, event) => (letters.to || event.type === 'order.placed' ? sound(letters, event) : letters),
  ),
}

const outside: Readonly<Record<string, Mistake>> = { 'the bank takes each call for a new one': { bankForgets: true } }

/** Mistakes in the tables and decisions, and beyond them: a compensation that is not there, an order of arrival that is not thought of. */
export const ofTables: Readonly<Record<string, Mistake>> = { ...compensations, ...outOfOrder, ...outside }
