import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { InventoryEvent } from '@pas-de-cinq/inventory/events'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import { grid, hear } from '../../infra/testing/grid.ts'
import { initial, type Parcel } from './decisions.ts'
import type { ShippingEvent } from './events.ts'
import { shipping } from './reactions.ts'

const orderId = '0192f7c1-0000-7000-8000-0000000000af'
const lines: [{ sku: string; quantity: number; unitPriceCents: number }] = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]
const customer = { name: 'Ada', email: 'ada@example.org' }

const placedFor = (country: string): OrderEvent => ({
  type: 'order.placed',
  data: { orderId, customer, address: { country }, lines, totalCents: 2_900, paymentMethod: 'pm_card_visa' },
})
const reserved: InventoryEvent = { type: 'inventory.reserved', data: { orderId, lines } }
const approved: PaymentEvent = { type: 'payment.approved', data: { orderId, amountCents: 2_900, receipt: 'R-1' } }
const cancelled: OrderEvent = { type: 'order.cancelled', data: { orderId, reason: 'by-customer' } }

const waiting = { status: 'waiting', reserved: false, paid: false } as const
const states = {
  nothing: initial,
  reserved: { ...waiting, reserved: true },
  paid: { ...waiting, paid: true },
  'reserved, paid': { ...waiting, reserved: true, paid: true },
  'for FR': { ...waiting, country: 'FR' },
  'for FR, reserved': { ...waiting, country: 'FR', reserved: true },
  'for FR, paid': { ...waiting, country: 'FR', paid: true },
  'for AQ': { ...waiting, country: 'AQ' },
  'for AQ, reserved': { ...waiting, country: 'AQ', reserved: true },
  'for AQ, paid': { ...waiting, country: 'AQ', paid: true },
  dispatched: { status: 'dispatched' },
  failed: { status: 'failed' },
  'stood down': { status: 'stood-down' },
  recalled: { status: 'recalled' },
} as const satisfies Record<string, Parcel>

const cues = {
  'placed for FR': { event: placedFor('FR') },
  'placed for AQ': { event: placedFor('AQ') },
  reserved: { event: reserved },
  approved: { event: approved },
  cancelled: { event: cancelled },
}

const said = {
  dispatched: { type: 'shipping.dispatched', data: { orderId, trackingCode: 'PDC-0000000000AF' } },
  failed: { type: 'shipping.failed', data: { orderId, reason: 'the carrier does not go there' } },
  recalled: { type: 'shipping.recalled', data: { orderId } },
} as const satisfies Record<string, ShippingEvent>

suite('shipping decides', () => {
  grid(
    shipping,
    { states, cues, said },
    `
    given            | placed for FR           | placed for AQ      | reserved                | approved                | cancelled
    nothing          | → for FR                | → for AQ           | → reserved              | → paid                  | → stood down
    reserved         | → for FR, reserved      | → for AQ, reserved | –                       | → reserved, paid        | → stood down
    paid             | → for FR, paid          | → for AQ, paid     | → reserved, paid        | –                       | → stood down
    reserved, paid   | dispatched → dispatched | failed → failed    | –                       | –                       | → stood down
    for FR           | –                       | → for AQ           | → for FR, reserved      | → for FR, paid          | → stood down
    for FR, reserved | –                       | → for AQ, reserved | –                       | dispatched → dispatched | → stood down
    for FR, paid     | –                       | → for AQ, paid     | dispatched → dispatched | –                       | → stood down
    for AQ           | → for FR                | –                  | → for AQ, reserved      | → for AQ, paid          | → stood down
    for AQ, reserved | → for FR, reserved      | –                  | –                       | failed → failed         | → stood down
    for AQ, paid     | → for FR, paid          | –                  | failed → failed         | –                       | → stood down
    dispatched       | –                       | –                  | –                       | –                       | recalled → recalled
    failed           | –                       | –                  | –                       | –                       | –
    stood down       | –                       | –                  | –                       | –                       | –
    recalled         | –                       | –                  | –                       | –                       | –
  `,
  )
})

suite('shipping joins three cues', () => {
  const { 'placed for FR': placed, reserved, approved, cancelled } = cues
  const orders = [placed, reserved, approved].flatMap((first, i, all) =>
    all.flatMap((second, j) => all.filter((_, k) => i !== j && k !== i && k !== j).map((third) => [first, second, third])),
  )
  const happening = (heard: readonly { event: { type: string; data: { orderId: string } } }[]) =>
    heard.reduce(
      ({ state, all }, cue) => {
        const { said, state: next } = hear(shipping, state as Parcel, cue)
        return { state: next, all: [...all, ...said] }
      },
      { state: initial as Parcel, all: [] as { type: string }[] },
    )

  test('the parcel goes once, whichever cue comes last', () => {
    assert.equal(orders.length, 6)
    for (const heard of orders)
      assert.deepEqual(happening([...heard, ...heard]), { state: { status: 'dispatched' }, all: [said.dispatched] })
  })

  test('cancelled at any moment, no parcel stays on its way', () => {
    for (const heard of orders)
      for (const moment of [0, 1, 2, 3]) {
        const { state, all } = happening([...heard.slice(0, moment), cancelled, ...heard.slice(moment)])
        assert.deepEqual(
          { state, all },
          moment < 3 ? { state: states['stood down'], all: [] } : { state: states.recalled, all: [said.dispatched, said.recalled] },
        )
      }
  })
})
