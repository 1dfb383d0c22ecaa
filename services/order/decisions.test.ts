import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { InventoryEvent } from '@pas-de-cinq/inventory/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import type { ShippingEvent } from '@pas-de-cinq/shipping/events'
import { grid, hear } from '../../infra/testing/grid.ts'
import { type Cancelling, initial, type Order, type Placing } from './decisions.ts'
import type { OrderEvent } from './events.ts'
import { order } from './reactions.ts'

const orderId = '0192f7c1-0000-7000-8000-000000000001'
const ordered = {
  orderId,
  customer: { name: 'Ada', email: 'ada@example.org' },
  lines: [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }],
  totalCents: 2_900,
  paymentMethod: 'pm_card_visa',
}
const placing: Placing = { ...ordered, address: { street: 'Rue du Ballet 5', city: 'Paris', postalCode: '75009', country: 'FR' } }

const heard = (event: InventoryEvent | PaymentEvent | ShippingEvent) => ({ event })
const asked = (type: string, data: Placing | Cancelling) => ({ event: { type, data } })
const cancelled = (reason: OrderEvent<'order.cancelled'>['data']['reason']) =>
  ({ type: 'order.cancelled', data: { orderId, reason } }) as const

const states = {
  unknown: initial,
  placed: { status: 'placed' },
  completed: { status: 'completed' },
  cancelled: { status: 'cancelled' },
} as const satisfies Record<Order['status'], Order>

const cues = {
  'it is placed': asked('POST /orders', placing),
  dispatched: heard({ type: 'shipping.dispatched', data: { orderId, trackingCode: 'T-1' } }),
  'stock rejected': heard({ type: 'inventory.rejected', data: { orderId, missing: ['tea'] } }),
  'payment declined': heard({ type: 'payment.declined', data: { orderId, reason: 'card declined' } }),
  'shipping failed': heard({ type: 'shipping.failed', data: { orderId, reason: 'the carrier does not go there' } }),
  'customer cancels': asked('POST /orders/:id/cancel', { orderId, reason: 'by-customer' }),
  overdue: asked('deadline', { orderId, reason: 'overdue' }),
}

const said = {
  placed: { type: 'order.placed', data: { ...ordered, address: { country: 'FR' } } },
  completed: { type: 'order.completed', data: { orderId } },
  'out-of-stock': cancelled('out-of-stock'),
  'payment-declined': cancelled('payment-declined'),
  undeliverable: cancelled('undeliverable'),
  'by-customer': cancelled('by-customer'),
  overdue: cancelled('overdue'),
} as const satisfies Record<string, OrderEvent>

suite('order, whatever it knows and hears', () => {
  grid(
    order,
    { states, cues, said },
    `
    given     | it is placed    | dispatched            | stock rejected           | payment declined             | shipping failed           | customer cancels        | overdue
    unknown   | placed → placed | –                     | –                        | –                            | –                         | –                       | –
    placed    | –               | completed → completed | out-of-stock → cancelled | payment-declined → cancelled | undeliverable → cancelled | by-customer → cancelled | overdue → cancelled
    completed | –               | –                     | –                        | –                            | –                         | –                       | –
    cancelled | –               | –                     | –                        | –                            | –                         | –                       | –
  `,
  )
})

suite('order', () => {
  test('the first reason to end counts, whatever comes after it', () => {
    for (const first of Object.values(cues)) {
      const { state } = hear(order, states.placed, first)
      if (state.status === 'placed') continue
      for (const next of Object.values(cues)) assert.deepEqual(hear(order, state, next), { said: [], state })
    }
  })

  test('of the address, only the country is told to others', () => {
    const { said } = hear(order, initial, cues['it is placed'])
    assert.doesNotMatch(JSON.stringify(said), /Rue du Ballet|Paris|75009/)
  })
})
