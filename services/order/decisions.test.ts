import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { InventoryEvent } from '@pas-de-cinq/inventory/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import type { ShippingEvent } from '@pas-de-cinq/shipping/events'
import { type Cancelling, evolve, initial, type Order, type Placing } from './decisions.ts'
import type { OrderEvent } from './events.ts'
import { order } from './reactions.ts'

type Happening = OrderEvent | InventoryEvent | PaymentEvent | ShippingEvent
type Status = Order['status']
type Outcome = { readonly says: OrderEvent[]; readonly then?: Status }

const orderId = '0192f7c1-0000-7000-8000-000000000001'
const customer = { name: 'Ada', email: 'ada@example.org' }
const lines = [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }]
const toPlace = { orderId, customer, lines, totalCents: 2_900, paymentMethod: 'pm_card_visa' }
const placing: Placing = { ...toPlace, address: { street: 'Rue du Ballet 5', city: 'Paris', postalCode: '75009', country: 'FR' } }

const placed: OrderEvent = { type: 'order.placed', data: { ...toPlace, address: { country: 'FR' } } }
const completed: OrderEvent = { type: 'order.completed', data: { orderId } }
const cancelled = (reason: Cancelling['reason'] | 'out-of-stock' | 'payment-declined' | 'undeliverable'): OrderEvent => ({ type: 'order.cancelled', data: { orderId, reason } })
const dispatched: ShippingEvent = { type: 'shipping.dispatched', data: { orderId, trackingCode: 'T-1' } }
const failed: ShippingEvent = { type: 'shipping.failed', data: { orderId, reason: 'the carrier does not go there' } }
const rejected: InventoryEvent = { type: 'inventory.rejected', data: { orderId, missing: ['tea'] } }
const declined: PaymentEvent = { type: 'payment.declined', data: { orderId, reason: 'declined' } }

const given: Record<Status, Happening[]> = {
  unknown:   [],
  placed:    [placed],
  completed: [placed, dispatched, completed],
  cancelled: [placed, rejected, cancelled('out-of-stock')],
}
const cues: Record<string, object> = {
  'POST /orders':            placing,
  'shipping.dispatched':     dispatched,
  'inventory.rejected':      rejected,
  'payment.declined':        declined,
  'shipping.failed':         failed,
  'POST /orders/:id/cancel': { orderId, reason: 'by-customer' },
  'deadline':                { orderId, reason: 'overdue' },
}

const nothing: Outcome = { says: [] }
const ends = (reason: Parameters<typeof cancelled>[0]): Outcome => ({ says: [cancelled(reason)], then: 'cancelled' })

const grid: Record<string, Record<Status, Outcome>> = {
  'POST /orders':            { unknown: { says: [placed], then: 'placed' }, placed: nothing, completed: nothing, cancelled: nothing },
  'shipping.dispatched':     { unknown: nothing, placed: { says: [completed], then: 'completed' }, completed: nothing, cancelled: nothing },
  'inventory.rejected':      { unknown: nothing, placed: ends('out-of-stock'),     completed: nothing, cancelled: nothing },
  'payment.declined':        { unknown: nothing, placed: ends('payment-declined'), completed: nothing, cancelled: nothing },
  'shipping.failed':         { unknown: nothing, placed: ends('undeliverable'),    completed: nothing, cancelled: nothing },
  'POST /orders/:id/cancel': { unknown: nothing, placed: ends('by-customer'),      completed: nothing, cancelled: nothing },
  'deadline':                { unknown: nothing, placed: ends('overdue'),          completed: nothing, cancelled: nothing },
}

const react = (before: Order, when: string) => {
  const reaction = order.reactions.find((one) => one.when === when)
  assert.ok(reaction)
  const known = reaction.from === 'outside' ? before : evolve(before, cues[when] as Happening)
  const says = reaction.decide(known as never, cues[when] as never, undefined as never) as OrderEvent[]
  return { says, after: says.reduce(evolve, known) }
}
const orderAfter = (happened: Happening[]) => happened.reduce(evolve, initial)

suite('order decides', () => {
  for (const [when, row] of Object.entries(grid))
    for (const [status, { says, then }] of Object.entries(row) as [Status, Outcome][])
      test(`${status} order, when ${when}: says ${says.map(({ type }) => type).join() || 'nothing'}`, () => {
        const outcome = react(orderAfter(given[status]), when)
        assert.deepEqual(outcome, { says, after: { status: then ?? status } })
      })

  test('the grid has every row of the table, and a cue for it', () => {
    const rows = order.reactions.map(({ when }) => when).sort()
    assert.deepEqual(Object.keys(grid).sort(), rows)
    assert.deepEqual(Object.keys(cues).sort(), rows)
  })

  test('the grid has every state that can be reached', () => {
    const reached = new Set<Status>([initial.status])
    for (const status of reached) for (const { when } of order.reactions) reached.add(react({ status }, when).after.status)
    assert.deepEqual([...reached].sort(), Object.keys(given).sort())
  })

  test('each history leads to the state that it stands for', () => {
    for (const [status, happened] of Object.entries(given)) assert.deepEqual(orderAfter(happened), { status })
  })
})

suite('order remembers', () => {
  test('the first reason to cancel counts, whatever comes after it', () => {
    const after = react(orderAfter([placed]), 'payment.declined').after
    for (const { when } of order.reactions) assert.deepEqual(react(after, when), { says: [], after })
  })

  test('an order that has been completed cannot be cancelled any more', () => {
    const after = react(orderAfter([placed]), 'shipping.dispatched').after
    for (const { when } of order.reactions) assert.deepEqual(react(after, when), { says: [], after })
  })

  test('of the address, only the country is told to others', () => {
    const [said] = react(initial, 'POST /orders').says
    assert.doesNotMatch(JSON.stringify(said), /Rue du Ballet|Paris|75009/)
  })
})
