import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import { type Cue, grid, hear } from '../../infra/testing/grid.ts'
import { type Correspondence, initial, type Occasion } from './decisions.ts'
import type { EmailEvent } from './events.ts'
import { email } from './reactions.ts'

const orderId = '0192f7c1-0000-7000-8000-000000000001'
const to = { name: 'Ada', email: 'ada@example.org' }
const lines: [{ sku: string; quantity: number; unitPriceCents: number }] = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]

const placed: OrderEvent = {
  type: 'order.placed',
  data: { orderId, customer: to, address: { country: 'FR' }, lines, totalCents: 2_900, paymentMethod: 'pm_card_visa' },
}
const completed: OrderEvent = { type: 'order.completed', data: { orderId } }
const cancelled: OrderEvent = { type: 'order.cancelled', data: { orderId, reason: 'by-customer' } }
const refunded: PaymentEvent = { type: 'payment.refunded', data: { orderId, amountCents: 2_900 } }

const whatIsDue = (letters: Correspondence) => (letters.to ? letters.due : [])
const delivering = (event: OrderEvent | PaymentEvent): Cue<Correspondence> => ({ event, answer: whatIsDue })
const cues = {
  placed: delivering(placed),
  completed: delivering(completed),
  cancelled: delivering(cancelled),
  refunded: delivering(refunded),
}

const sent = (occasion: Occasion): EmailEvent => ({ type: 'email.sent', data: { orderId, occasion } })
const said = { P: sent('placed'), C: sent('completed'), X: sent('cancelled'), R: sent('refunded') }

const letters = { P: 'placed', C: 'completed', X: 'cancelled', R: 'refunded' } as const
const named = (initials: string) => [...initials].map((one) => letters[one as keyof typeof letters])
const waiting = ['', 'C', 'X', 'R', 'CX', 'CR', 'XR', 'CXR'].map((due): [string, Correspondence] => [
  `due ${due}`.trim(),
  { due: named(due), sent: [] },
])
const gone = ['P', 'PC', 'PX', 'PR', 'PCX', 'PCR', 'PXR', 'PCXR'].map((some): [string, Correspondence] => [
  `sent ${some}`,
  { to, due: [], sent: named(some) },
])
const states = Object.fromEntries([...waiting, ...gone])

// Letters by their initials: Placed, Completed, X for cancelled, Refunded. `due XR`: two wait for an address. `sent PX`: two have gone to it.
suite('email decides', () => {
  grid(
    email,
    { states, cues, said },
    `
    given     | placed                 | completed     | cancelled     | refunded
    due       | P → sent P             | → due C       | → due X       | → due R
    due C     | P, C → sent PC         | –             | → due CX      | → due CR
    due X     | P, X → sent PX         | → due CX      | –             | → due XR
    due R     | P, R → sent PR         | → due CR      | → due XR      | –
    due CX    | P, C, X → sent PCX     | –             | –             | → due CXR
    due CR    | P, C, R → sent PCR     | –             | → due CXR     | –
    due XR    | P, X, R → sent PXR     | → due CXR     | –             | –
    due CXR   | P, C, X, R → sent PCXR | –             | –             | –
    sent P    | –                      | C → sent PC   | X → sent PX   | R → sent PR
    sent PC   | –                      | –             | X → sent PCX  | R → sent PCR
    sent PX   | –                      | C → sent PCX  | –             | R → sent PXR
    sent PR   | –                      | C → sent PCR  | X → sent PXR  | –
    sent PCX  | –                      | –             | –             | R → sent PCXR
    sent PCR  | –                      | –             | X → sent PCXR | –
    sent PXR  | –                      | C → sent PCXR | –             | –
    sent PCXR | –                      | –             | –             | –
  `,
  )
})

suite('email owes letters', () => {
  test('what did not go out stays due, and goes with the next', () => {
    const { state } = hear(email, initial, { event: placed, answer: () => [] })
    assert.deepEqual(state, { to, due: ['placed'], sent: [] })
    assert.deepEqual(hear(email, state, cues.cancelled).said, [said.P, said.X])
  })

  test('only what is due is said to have been sent', () => {
    const { said: none } = hear(email, initial, { event: cancelled, answer: () => ['refunded'] })
    assert.deepEqual(none, [])
  })

  test('letters that waited for the address go out in the order in which things happen to an order', () => {
    const late = [cues.refunded, cues.cancelled].reduce((state, cue) => hear(email, state, cue).state, initial)
    assert.deepEqual(hear(email, late, cues.placed).said, [said.P, said.X, said.R])
  })
})
