import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { counter } from '@pas-de-cinq/shared/metrics'
import { CancelReason, type OrderEvent } from './events.ts'

const completed = { 'order.ending': 'completed' }
const cancelled = (reason: CancelReason) => ({ 'order.ending': 'cancelled', 'order.reason': reason })

const ended = counter('order.ended', '{order}', 'Orders that have ended, by ending and reason.', [
  completed,
  ...CancelReason.options.map(cancelled),
])

/** Counts the orders that these events end. */
export const countEndings = (said: readonly Event[]) => {
  for (const event of said) {
    if (event.type === 'order.completed') ended(completed)
    if (isCancelled(event)) ended(cancelled(event.data.reason))
  }
}

const isCancelled = (event: Event): event is Event<'order.cancelled', OrderEvent<'order.cancelled'>['data']> =>
  event.type === 'order.cancelled'
