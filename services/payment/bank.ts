import type { OrderEvent } from '@pas-de-cinq/order/events'

export type Charge = { readonly accepted: true; readonly receipt: string } | { readonly accepted: false; readonly reason: string }
export type Reversal = { readonly refundedCents: number }

/**
 * The bank is the authority on money, and idempotent by order, as payment providers are: a charge made twice is one charge, and an order
 * that has been reversed is never charged again. So a charge and a reversal that race end alike, whoever comes first, provided that the
 * bank takes them one at a time per order (a row of its own, locked first: look-then-write keeps the money in one race of four).
 */
export type Bank = {
  charge: (event: OrderEvent<'order.placed'>) => Promise<Charge>
  reverse: (event: OrderEvent<'order.cancelled'>) => Promise<Reversal>
}
