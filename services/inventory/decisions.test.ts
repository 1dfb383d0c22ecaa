import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import { evolve, type Hold, type Holding, type Level, type Stock } from './decisions.ts'
import type { InventoryEvent } from './events.ts'
import { inventory } from './reactions.ts'

type Status = Hold['status']
type Outcome = { readonly says: InventoryEvent[]; readonly then?: Status; readonly stock?: Level }

const orderId = '0192f7c1-0000-7000-8000-000000000001'
const lines = [{ sku: 'tea', quantity: 2 }, { sku: 'tea', quantity: 1 }]
const ordered = lines.map((line) => ({ ...line, unitPriceCents: 1_450 }))
const details = { customer: { name: 'Ada', email: 'ada@example.org' }, address: { country: 'FR' }, totalCents: 4_350, paymentMethod: 'pm_card_visa' }

const cues = {
  'order.placed':    { type: 'order.placed', data: { orderId, lines: ordered, ...details } },
  'order.completed': { type: 'order.completed', data: { orderId } },
  'order.cancelled': { type: 'order.cancelled', data: { orderId, reason: 'by-customer' } },
} as const satisfies Record<string, OrderEvent>
type When = keyof typeof cues
const { 'order.placed': placed, 'order.completed': completed, 'order.cancelled': cancelled } = cues

const reserved: InventoryEvent = { type: 'inventory.reserved', data: { orderId, lines } }
const rejected: InventoryEvent = { type: 'inventory.rejected', data: { orderId, missing: ['tea'] } }
const released: InventoryEvent = { type: 'inventory.released', data: { orderId, lines } }
const withdrawn: InventoryEvent = { type: 'inventory.withdrawn', data: { orderId, lines } }

const given: Record<Status, (OrderEvent | InventoryEvent)[]> = {
  none:      [],
  held:      [placed, reserved],
  refused:   [cancelled],
  released:  [placed, reserved, cancelled, released],
  withdrawn: [placed, reserved, completed, withdrawn],
}

const nothing: Outcome = { says: [] }
const grid: Record<When, Record<Status, Outcome>> = {
  'order.placed': {
    none: { says: [reserved], then: 'held', stock: { available: 2, reserved: 3, shipped: 0 } },
    held: nothing, refused: nothing, released: nothing, withdrawn: nothing,
  },
  'order.completed': {
    none: nothing,
    held: { says: [withdrawn], then: 'withdrawn', stock: { available: 2, reserved: 0, shipped: 3 } },
    refused: nothing, released: nothing, withdrawn: nothing,
  },
  'order.cancelled': {
    none: { says: [], then: 'refused' },
    held: { says: [released], then: 'released', stock: { available: 5, reserved: 0, shipped: 0 } },
    refused: nothing, released: nothing, withdrawn: nothing,
  },
}

const stocked = (available: number): Stock => new Map([['tea', { available, reserved: 0, shipped: 0 }]])
const holdingAfter = (happened: (OrderEvent | InventoryEvent)[], available = 5) =>
  happened.reduce(evolve, { hold: { status: 'none' }, stock: stocked(available) } as Holding)

const react = (before: Holding, when: When) => {
  const reaction = inventory.reactions.find((one) => one.when === when)
  assert.ok(reaction)
  const known = evolve(before, cues[when])
  const says = reaction.decide(known as never, cues[when] as never, undefined as never) as InventoryEvent[]
  return { says, after: says.reduce(evolve, known) }
}

suite('inventory decides', () => {
  for (const [when, row] of Object.entries(grid) as [When, Record<Status, Outcome>][])
    for (const [status, { says, then, stock }] of Object.entries(row) as [Status, Outcome][])
      test(`hold ${status}, when ${when}: says ${says.map(({ type }) => type).join() || 'nothing'}`, () => {
        const before = holdingAfter(given[status])
        const outcome = react(before, when)
        assert.deepEqual(outcome.says, says)
        assert.equal(outcome.after.hold.status, then ?? status)
        assert.deepEqual(outcome.after.stock.get('tea'), stock ?? before.stock.get('tea'))
      })

  test('the grid has every row of the table', () => {
    assert.deepEqual(Object.keys(grid).sort(), inventory.reactions.map(({ when }) => when).sort())
  })

  test('the grid has every state that can be reached', () => {
    const reached = new Map<Status, Holding>()
    const visit = (holding: Holding): void => {
      if (reached.has(holding.hold.status)) return
      reached.set(holding.hold.status, holding)
      for (const when of Object.keys(cues) as When[]) visit(react(holding, when).after)
    }
    visit(holdingAfter([]))
    assert.deepEqual([...reached.keys()].sort(), Object.keys(given).sort())
  })

  test('each history leads to the state that it stands for', () => {
    for (const [status, happened] of Object.entries(given)) assert.equal(holdingAfter(happened).hold.status, status)
  })
})

suite('inventory keeps stock', () => {
  test('when there is too little, says so, names what is missing, and holds nothing', () => {
    const { says, after } = react(holdingAfter([], 2), 'order.placed')
    assert.deepEqual(says, [rejected])
    assert.deepEqual(after, { hold: { status: 'refused' }, stock: stocked(2) })
  })

  test('the last pieces can be had', () => {
    const { says, after } = react(holdingAfter([], 3), 'order.placed')
    assert.deepEqual(says, [reserved])
    assert.deepEqual(after.stock.get('tea'), { available: 0, reserved: 3, shipped: 0 })
  })

  test('a product that is not known here is missing', () => {
    const { says } = react({ hold: { status: 'none' }, stock: new Map() }, 'order.placed')
    assert.deepEqual(says, [rejected])
  })

  test('an order cancelled before it was heard of is never held', () => {
    const { says, after } = react(react(holdingAfter([]), 'order.cancelled').after, 'order.placed')
    assert.deepEqual(says, [])
    assert.deepEqual(after, { hold: { status: 'refused' }, stock: stocked(5) })
  })

  test('whatever is heard, in any order and however often, no piece is lost or made', () => {
    const whens = Object.keys(cues) as When[]
    const walk = (holding: Holding, depth: number): void => {
      const { available, reserved, shipped } = holding.stock.get('tea') as Level
      assert.equal(available + reserved + shipped, 5)
      assert.ok(Math.min(available, reserved, shipped) >= 0)
      if (depth < 6) for (const when of whens) walk(react(holding, when).after, depth + 1)
    }
    walk(holdingAfter([]), 0)
  })
})
