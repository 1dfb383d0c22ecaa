import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import { grid, hear } from '../../infra/testing/grid.ts'
import { type Hold, type Holding, initial, type Level } from './decisions.ts'
import type { InventoryEvent } from './events.ts'
import { inventory } from './reactions.ts'

const orderId = '0192f7c1-0000-7000-8000-000000000001'
const lines = [
  { sku: 'tea', quantity: 2 },
  { sku: 'tea', quantity: 1 },
]

const placed: OrderEvent = {
  type: 'order.placed',
  data: {
    orderId,
    customer: { name: 'Ada', email: 'ada@example.org' },
    address: { country: 'FR' },
    lines: lines.map((line) => ({ ...line, unitPriceCents: 1_450 })),
    totalCents: 4_350,
    paymentMethod: 'pm_card_visa',
  },
}
const completed: OrderEvent = { type: 'order.completed', data: { orderId } }
const cancelled: OrderEvent = { type: 'order.cancelled', data: { orderId, reason: 'by-customer' } }
const cues = { placed: { event: placed }, completed: { event: completed }, cancelled: { event: cancelled } }

const said = {
  reserved: { type: 'inventory.reserved', data: { orderId, lines } },
  rejected: { type: 'inventory.rejected', data: { orderId, missing: ['tea'] } },
  released: { type: 'inventory.released', data: { orderId, lines } },
  withdrawn: { type: 'inventory.withdrawn', data: { orderId, lines } },
} as const satisfies Record<string, InventoryEvent>

const holding = (hold: Hold, available: number, reserved = 0, shipped = 0): Holding => ({
  hold,
  stock: new Map([['tea', { available, reserved, shipped }]]),
})
const withStock = (available: number) => ({ ...inventory, initial: holding(initial.hold, available) })

suite('inventory, whatever it knows and hears, while there is enough', () => {
  const states = {
    none: holding({ status: 'none' }, 5),
    held: holding({ status: 'held', lines }, 2, 3),
    refused: holding({ status: 'refused' }, 5),
    released: holding({ status: 'released', lines }, 5),
    withdrawn: holding({ status: 'withdrawn', lines }, 2, 0, 3),
  }
  grid(
    withStock(5),
    { states, cues, said },
    `
    given     | placed          | completed             | cancelled
    none      | reserved → held | –                     | → refused
    held      | –               | withdrawn → withdrawn | released → released
    refused   | –               | –                     | –
    released  | –               | –                     | –
    withdrawn | –               | –                     | –
  `,
  )
})

suite('inventory, whatever it knows and hears, when there is too little', () => {
  const states = { none: holding({ status: 'none' }, 2), refused: holding({ status: 'refused' }, 2) }
  grid(
    withStock(2),
    { states, cues, said },
    `
    given   | placed             | completed | cancelled
    none    | rejected → refused | –         | → refused
    refused | –                  | –         | –
  `,
  )
})

suite('inventory', () => {
  test('the last pieces can be had', () => {
    const { said, state } = hear(withStock(3), undefined, cues.placed)
    assert.equal(said[0]?.type, 'inventory.reserved')
    assert.deepEqual(state.stock.get('tea'), { available: 0, reserved: 3, shipped: 0 })
  })

  test('a product that is not known here is missing', () => {
    assert.deepEqual(hear(inventory, initial, cues.placed).said, [said.rejected])
  })

  test('whatever is heard, in any order and however often, no piece is lost, made or owed', () => {
    const part = withStock(5)
    const walk = (state: Holding, steps: number): void => {
      const { available, reserved, shipped } = state.stock.get('tea') as Level
      assert.equal(available + reserved + shipped, 5)
      assert.ok(Math.min(available, reserved, shipped) >= 0)
      if (steps > 0) for (const cue of Object.values(cues)) walk(hear(part, state, cue).state, steps - 1)
    }
    walk(part.initial, 6)
  })
})
