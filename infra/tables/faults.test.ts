import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Choreography, Reaction } from '@pas-de-cinq/shared/table'
import { choreographies } from '../choreographies.ts'
import { faultsIn } from './faults.ts'

type Row = Partial<Reaction> & Pick<Reaction, 'when'>
const table = (says: readonly string[], rows: readonly Row[], more: Partial<Choreography> = {}): Choreography => ({
  says: Object.fromEntries(says.map((type) => [type, {} as never])),
  hears: {},
  initial: {},
  evolve: () => ({}),
  reactions: rows.map((row) => ({ from: 'another service', decide: () => [], says: [], ...row })),
  ...more,
})
const order = table(
  ['order.placed', 'order.cancelled'],
  [
    { when: 'POST /orders', from: 'outside', says: ['order.placed'] },
    { when: 'stock.missing', says: ['order.cancelled'] },
  ],
)
const stock = table(['stock.missing'], [{ when: 'order.placed', says: ['stock.missing'] }, { when: 'order.cancelled' }])

suite('the tables, against each other', () => {
  test('those of the services have no fault', async () => {
    assert.deepEqual(faultsIn(await choreographies()), [])
  })

  test('an event that nobody hears is a fault, unless its table says so itself', () => {
    const speaking = { ...order, says: { ...order.says, 'order.praised': {} as never } }
    const [fault, ...others] = faultsIn({ order: speaking, stock })
    assert.match(fault ?? '', /^services\/order\/reactions.ts: nobody hears order.praised\. .*`unheard`/)
    assert.deepEqual(others, [])
    assert.deepEqual(faultsIn({ order: { ...speaking, unheard: ['order.praised'] }, stock }), [])
  })

  test('what is said to be unheard may be heard all the same: a newcomer touches nobody', () => {
    assert.deepEqual(faultsIn({ order, stock: { ...stock, unheard: ['stock.missing'] } }), [])
  })

  for (const [what, row] of [
    ['says', { when: 'order.placed', says: ['gift.packed'] }],
    ['asks', { when: 'order.placed', ask: 'pack' }],
  ] as const)
    test(`who ${what} something, and does not hear that an order was cancelled, has a fault, unless it holds nothing`, () => {
      const gift = table(['gift.packed'], [row], { unheard: ['gift.packed'] })
      const [fault, ...others] = faultsIn({ order, stock, gift })
      assert.match(fault ?? '', /^services\/gift\/reactions.ts: .* has no row for order.cancelled\. .*`holds: 'nothing'`/)
      assert.deepEqual(others, [])
      assert.deepEqual(faultsIn({ order, stock, gift: { ...gift, holds: 'nothing' } }), [])
    })

  test('who hears alone holds nothing', () => {
    assert.deepEqual(faultsIn({ order, stock, board: table([], [{ when: 'order.placed' }]) }), [])
  })

  test('a circle is a fault, told once, with every row that is part of it; services may hear each other', () => {
    const restocking = {
      ...order,
      reactions: [...order.reactions, ...table([], [{ when: 'order.cancelled', says: ['order.placed'] }]).reactions],
    }
    const [fault, ...others] = faultsIn({ order: restocking, stock })
    for (const step of [
      'order.placed → stock.missing (services/stock/reactions.ts)',
      'stock.missing → order.cancelled (services/order/reactions.ts)',
      'order.cancelled → order.placed (services/order/reactions.ts)',
    ])
      assert.ok(fault?.includes(step), fault)
    assert.deepEqual(others, [])
  })

  test('an event that leads to itself is a circle', () => {
    const echo = table(['echo.heard'], [{ when: 'echo.heard', says: ['echo.heard'] }], { holds: 'nothing' })
    assert.match(faultsIn({ order, stock, echo })[0] ?? '', /echo.heard → echo.heard \(services\/echo\/reactions.ts\)/)
  })
})
