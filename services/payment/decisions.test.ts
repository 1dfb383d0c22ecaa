import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import { type Cue, grid, hear } from '../../infra/testing/grid.ts'
import type { Charge, Reversal } from './bank.ts'
import { initial, type Payment } from './decisions.ts'
import type { PaymentEvent } from './events.ts'
import { payment } from './reactions.ts'

const orderId = '0192f7c1-0000-7000-8000-000000000001'
const amountCents = 2_900
const receipt = 'R-1'

const placed: OrderEvent = {
  type: 'order.placed',
  data: {
    orderId,
    customer: { name: 'Ada', email: 'ada@example.org' },
    address: { country: 'FR' },
    lines: [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }],
    totalCents: amountCents,
    paymentMethod: 'pm_card_visa',
  },
}
const cancelled: OrderEvent = { type: 'order.cancelled', data: { orderId, reason: 'by-customer' } }

const charging = (answer: Charge): Cue<Payment> => ({ event: placed, answer: () => answer })
const reversing = (answer: Reversal): Cue<Payment> => ({ event: cancelled, answer: () => answer })

const states = {
  nothing: initial,
  approved: { status: 'approved', amountCents },
  declined: { status: 'declined', amountCents },
  refunded: { status: 'refunded', amountCents },
} as const satisfies Record<string, Payment>

const cues = {
  'placed, charge accepted': charging({ accepted: true, receipt }),
  'placed, charge refused': charging({ accepted: false, reason: 'card declined' }),
  'cancelled, charge refunded': reversing({ refundedCents: amountCents }),
  'cancelled, never charged': reversing({ refundedCents: 0 }),
}

const said = {
  'payment.approved': { type: 'payment.approved', data: { orderId, amountCents, receipt } },
  'payment.declined': { type: 'payment.declined', data: { orderId, reason: 'card declined' } },
  'payment.refunded': { type: 'payment.refunded', data: { orderId, amountCents } },
} as const satisfies { [T in PaymentEvent['type']]: PaymentEvent<T> }

suite('payment decides', () => {
  grid(
    payment,
    { states, cues, said },
    `
    given    | placed, charge accepted     | placed, charge refused      | cancelled, charge refunded  | cancelled, never charged
    nothing  | payment.approved → approved | payment.declined → declined | payment.refunded → refunded | –
    approved | –                           | –                           | payment.refunded → refunded | –
    declined | –                           | –                           | payment.refunded → refunded | –
    refunded | –                           | –                           | –                           | –
  `,
  )
})

suite('payment agrees with the bank', () => {
  const { 'placed, charge accepted': accepted, 'placed, charge refused': refused, 'cancelled, charge refunded': reversed } = cues

  test('an order cancelled before its charge is declined once it comes, for the bank refuses it', () => {
    const { said: first, state } = hear(payment, initial, cues['cancelled, never charged'])
    assert.deepEqual(first, [])
    assert.deepEqual(hear(payment, state, refused).said, [said['payment.declined']])
  })

  test('a charge that a crash kept from being said is refunded, and said to be; the charge asked again is refused, and nothing is said', () => {
    const { said: first, state } = hear(payment, initial, reversed)
    assert.deepEqual(first, [said['payment.refunded']])
    assert.deepEqual(hear(payment, state, refused), { said: [], state })
  })

  test('charged and reversed before two crashes: declined is said, and still that the money went back', () => {
    const { state } = hear(payment, initial, refused)
    assert.deepEqual(hear(payment, state, reversed).said, [said['payment.refunded']])
  })

  test('whatever is heard twice says nothing the second time', () => {
    for (const first of Object.values(cues)) {
      const { state } = hear(payment, hear(payment, initial, accepted).state, first)
      assert.deepEqual(hear(payment, state, first), { said: [], state })
    }
  })
})
