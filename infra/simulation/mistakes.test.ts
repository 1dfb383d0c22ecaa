import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { mistakes } from './mistakes.ts'
import { searchers } from './pool.ts'
import { shown } from './show.ts'

const enough = 5_000

/** What each mistake is caught by: a promise that it breaks. */
const promises: Readonly<Record<string, string>> = {
  'an event is published before its effect is committed': 'published, and never committed',
  'an event is published after its effect is committed, without an outbox': 'committed, and never published',
  'there is no inbox': 'points',
  'the inbox is claimed outside of the transaction of the effect': 'took effect 0 times',
  'orders are not locked': 'of tea',
  'a delivery is acked before its effect is committed': 'took effect 0 times',
  'the relay forgets a row before the broker has confirmed it': 'committed, and never published',
  'the relay forgets a whole batch once one of it is confirmed': 'committed, and never published',
  'what was just committed is sent at once, whatever its order has waiting': 'was published before',
  'what failed is acked before its retry is confirmed': 'took effect 0 times',
  'payment does not refund': 'the bank has its money',
  'inventory does not release': 'of tea still reserved',
  'shipping does not recall': 'parcels are with the customer',
  'shipping does not stand down': 'its parcel is',
  'order does not cancel what is out of stock': 'it has not ended',
  'order does not cancel what is declined': 'it has not ended',
  'order does not cancel what cannot be delivered': 'it has not ended',
  'email does not write of the refund': "the letter 'refunded' was sent 0 times",
  'inventory does not withdraw': 'its pieces are held',
  'order completes what has been cancelled': 'the bank has its money',
  'order cancels, as declined, what has ended': 'said 2 times',
  'order cancels, as out of stock, what has ended': 'said 2 times',
  'order cancels, as undeliverable, what has ended': 'said 2 times',
  'order lets the customer cancel what has ended': 'said 2 times',
  'order lets the deadline cancel what has ended': 'said 2 times',
  'inventory forgets a cancellation that comes before the order': 'its pieces are held',
  'inventory reserves for what has been refused': 'its pieces are held',
  'payment settles what has been refunded': 'payment says',
  'payment refunds what it has approved alone, whatever the bank has charged': 'payment says',
  'shipping forgets a reservation that comes before the order': 'it has not ended',
  'shipping forgets an approval that comes before the order': 'it has not ended',
  'shipping forgets an approval that comes before the reservation': 'it has not ended',
  'shipping forgets a reservation that comes before the approval': 'it has not ended',
  'shipping forgets a cancellation that comes before the order': 'its parcel is',
  'shipping forgets its standing down when a cue comes': 'its parcel is dispatched',
  'shipping stands down where it has to recall': 'parcels are with the customer',
  'shipping dispatches on two cues': 'its pieces are refused',
  'email forgets a letter whose address is not known yet': 'was sent 0 times',
  'the bank takes each call for a new one': 'charged 2 times',
}

test('each mistake is told what it is caught by', () => {
  assert.deepEqual(Object.keys(promises), Object.keys(mistakes))
})

describe('the simulation finds it when', { concurrency: 2, timeout: 1_200_000 }, () => {
  const { search, end } = searchers(2)
  after(end)

  for (const [mistake, promise] of Object.entries(promises))
    test(mistake, async (t) => {
      const { finding, schedules } = await search({ seed: 1, schedules: enough, mistake, promise, shrinks: false })
      assert.ok(finding, `not within ${enough} schedules`)
      t.diagnostic(`schedule ${schedules}: ${finding.danced.broken.find((broken) => broken.includes(promise))}`)
      assert.match(shown(finding, mistake), /broken: .*\n(?:.*\n)*Again: npm run simulate -- --seed \d+ --replay [\d:]+ --mistake '/)
    })
})
