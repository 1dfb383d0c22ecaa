import type { Correspondence } from '../../services/email/decisions.ts'
import type { Order } from '../../services/order/decisions.ts'
import type { Payment } from '../../services/payment/decisions.ts'
import type { Parcel } from '../../services/shipping/decisions.ts'
import { type Cast, partOf, states } from './cast.ts'
import { type Points, perCompletedOrder } from './loyalty.ts'
import { letterOf } from './post.ts'

/** What is not as it must be in all services, once an order has ended so. */
export const ofOrder = (cast: Cast, id: string, status: Order['status']): string[] => {
  const completed = status === 'completed'
  const { charged, refunded, reversed } = cast.bank.booked(id)
  const money = charged.length === 0 ? 'none' : refunded.length > 0 ? 'refunded' : 'charged'
  const record = states<Payment>(cast, 'payment').get(id)?.status
  const parcel = states<Parcel>(cast, 'shipping').get(id)?.status
  const sent = told(cast, 'shipping', 'shipping.dispatched', id) - told(cast, 'shipping', 'shipping.recalled', id)
  const hold = states<{ status: string }>(cast, 'inventory').get(id)?.status ?? 'none'
  const points = states<Points>(cast, 'loyalty').get(id)?.points ?? 0
  const faults: Record<string, boolean> = {
    'it has not ended': !completed && status !== 'cancelled',
    [`the bank has its money: ${money}`]: completed ? money !== 'charged' : money === 'charged',
    [`it was charged ${charged.length} times`]: charged.length > 1,
    [`its money was given back ${refunded.length} times`]: refunded.length > 1,
    'its money can still be taken': !completed && !reversed,
    [`payment says ${record}, the bank ${money}`]: record !== { none: 'declined', charged: 'approved', refunded: 'refunded' }[money],
    [`its parcel is ${parcel}`]: completed ? parcel !== 'dispatched' : parcel === 'waiting' || parcel === 'dispatched',
    [`${sent} parcels are with the customer`]: sent !== (completed ? 1 : 0),
    [`its pieces are ${hold}`]: completed ? hold !== 'withdrawn' : hold !== 'released' && hold !== 'refused',
    [`it has earned ${points} points`]: points !== (completed ? perCompletedOrder : 0),
  }
  const due = completed ? ['placed', 'completed'] : ['placed', 'cancelled', ...(charged.length === 0 ? [] : ['refunded'])]
  return [...Object.keys(faults).filter((fault) => faults[fault]), ...ofLetters(cast, id, due)]
}

const ofLetters = (cast: Cast, id: string, due: readonly string[]): string[] => {
  const { accepted, marked } = cast.post
  const { sent = [], due: open = [] } = states<Correspondence>(cast, 'email').get(id) ?? {}
  const wrong = due.filter((occasion) => {
    const last = accepted.lastIndexOf(letterOf(occasion, id)) + 1
    return last === 0 || marked.get(letterOf(occasion, id)) !== last // a second one may follow one whose mark was lost, none a marked one
  })
  return [
    ...wrong.map(
      (occasion) => `the letter '${occasion}' was sent ${accepted.filter((one) => one === letterOf(occasion, id)).length} times`,
    ),
    ...(sent.join() === [...sent].filter((one) => due.includes(one)).join() && sent.length === due.length && open.length === 0
      ? []
      : [`letters sent: ${sent.join(', ')}; still due: ${open.join(', ')}`]),
  ]
}

/** How often a service has said something of an order. */
const told = (cast: Cast, name: string, type: string, id: string) =>
  [...partOf(cast, name).ledger.rows.values()].filter((event) => event.type === type && event.subject === id).length
