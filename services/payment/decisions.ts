import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { Charge, Reversal } from './bank.ts'
import type { PaymentEvent } from './events.ts'

export type Payment = { readonly status: 'none' | 'approved' | 'declined' | 'refunded'; readonly amountCents: number }
export const initial: Payment = { status: 'none', amountCents: 0 }
export const status = ({ status }: Payment) => status

export const settle = (
  { status }: Payment,
  { data: { orderId, totalCents: amountCents } }: OrderEvent<'order.placed'>,
  answer: Charge,
): PaymentEvent<'payment.approved' | 'payment.declined'>[] =>
  status !== 'none' ? []
  : answer.accepted ? [{ type: 'payment.approved', data: { orderId, amountCents, receipt: answer.receipt } }]
  : [{ type: 'payment.declined', data: { orderId, reason: answer.reason } }]

/** Follows the bank, not the status: a charge may have been made, and a crash have kept it from being said. */
export const refund = (
  { status }: Payment,
  { data: { orderId } }: OrderEvent<'order.cancelled'>,
  { refundedCents: amountCents }: Reversal,
): PaymentEvent<'payment.refunded'>[] =>
  amountCents > 0 && status !== 'refunded' ? [{ type: 'payment.refunded', data: { orderId, amountCents } }] : []

export const evolve = (payment: Payment, event: PaymentEvent | OrderEvent): Payment => {
  switch (event.type) {
    case 'order.placed':     return { ...payment, amountCents: event.data.totalCents }
    case 'payment.approved': return { ...payment, status: 'approved' }
    case 'payment.declined': return { ...payment, status: 'declined' }
    case 'payment.refunded': return { status: 'refunded', amountCents: event.data.amountCents }
    case 'order.completed':
    case 'order.cancelled':  return payment
  }
}
