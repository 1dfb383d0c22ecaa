import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableFor } from './table.ts'

test('each row counts what was lost, doubled and stuck, under the heads of its columns', () => {
  const { head, row } = tableFor(['nothing', 'kill order'])
  const lost = { is: 'lost', what: 'a parcel' } as const
  const wrong = [lost, { is: 'doubled', what: 'a charge' } as const, lost, { is: 'stuck', what: 'an order' } as const]
  assert.deepEqual(
    [
      head,
      row({ name: 'nothing', orders: 30, wrong: [], again: 1, recovery: 2.345 }),
      row({ name: 'kill order', orders: 1_000, wrong, again: 0, recovery: undefined }),
    ],
    [
      'fault       orders  lost  doubled  stuck  to recover  letters again',
      'nothing         30     0        0      0       2.3 s              1',
      'kill order    1000     2        1      1       never              0',
    ],
  )
})
