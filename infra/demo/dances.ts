/** One order of each kind, and how it should end. */
export type Dance = {
  title: string
  order: { sku: string; paymentMethod: string; country: string }
  /** Cancelled by its customer as soon as it has been placed. */
  cancelled?: true
  ending: { status: 'completed' } | { status: 'cancelled'; reason: string }
  /** What has to be said on the way there, among other things. */
  says: string[]
}

const happy = { sku: 'tea', paymentMethod: 'pm_card_visa', country: 'GB' }

export const dances: Dance[] = [
  {
    title: 'Everything goes well',
    order: happy,
    ending: { status: 'completed' },
    says: ['inventory.reserved', 'payment.approved', 'shipping.dispatched', 'inventory.withdrawn'],
  },
  {
    title: 'Out of stock',
    order: { ...happy, sku: 'unobtainium' },
    ending: { status: 'cancelled', reason: 'out-of-stock' },
    says: ['inventory.rejected'],
  },
  {
    title: 'The card is declined',
    order: { ...happy, paymentMethod: 'pm_card_chargeDeclined' },
    ending: { status: 'cancelled', reason: 'payment-declined' },
    says: ['payment.declined', 'inventory.reserved', 'inventory.released'],
  },
  {
    title: 'The bank times out twice, then answers',
    order: { ...happy, paymentMethod: 'pm_card_bankTimeout' },
    ending: { status: 'completed' },
    says: ['inventory.reserved', 'payment.approved', 'shipping.dispatched', 'inventory.withdrawn'],
  },
  {
    title: 'The carrier does not go there',
    order: { ...happy, country: 'AQ' },
    ending: { status: 'cancelled', reason: 'undeliverable' },
    says: ['shipping.failed', 'inventory.released', 'payment.refunded'],
  },
  {
    title: 'The customer cancels while the bank hesitates',
    order: { ...happy, paymentMethod: 'pm_card_bankTimeout' },
    cancelled: true,
    ending: { status: 'cancelled', reason: 'by-customer' },
    says: [],
  },
]

/**
 * Whether nobody has anything to say any more: the order has ended, each letter has gone out, and a cancelled order leaves nothing behind (where
 * approval and cancellation race, the money comes back or was never taken).
 */
export function isAtRest(said: string[]): boolean {
  const times = (...types: string[]) => said.filter((type) => types.includes(type)).length
  const settled = (done: string, undone: string) => times(done) === times(undone)
  const letters = times('email.sent') === times('order.placed', 'order.completed', 'order.cancelled', 'payment.refunded')
  if (times('order.completed') === 1) return letters && settled('inventory.reserved', 'inventory.withdrawn')
  if (times('order.cancelled') === 0) return false
  const stock = times('inventory.reserved', 'inventory.rejected') === 1 && settled('inventory.reserved', 'inventory.released')
  const money = times('payment.approved', 'payment.declined') === 1 && settled('payment.approved', 'payment.refunded')
  return letters && stock && money && settled('shipping.dispatched', 'shipping.recalled')
}
