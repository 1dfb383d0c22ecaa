import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchAll } from './pool.ts'
import { faults } from './script.ts'
import { shown } from './show.ts'

const schedules = 10_000

test(`${schedules} random schedules keep every promise`, { timeout: 1_200_000 }, async (t) => {
  const { seen, finding, ...searched } = await searchAll({ seed: 20_261_121, schedules, shrinks: true })
  assert.equal(finding && shown(finding), undefined)
  assert.equal(searched.schedules, schedules)
  t.diagnostic(`${searched.steps} steps`)
  const events = ['order.completed', 'order.cancelled', 'payment.refunded', 'inventory.released', 'shipping.recalled', 'shipping.failed']
  for (const what of [...faults, ...events, 'a retry', 'a dead letter']) assert.ok((seen[what] ?? 0) > 100, `${what}: ${seen[what]} times`)
})

test('a schedule that breaks a promise shrinks, reads as a dance, and replays from its seed', async () => {
  const mistake = 'the inbox is claimed outside of the transaction of the effect'
  const { finding } = await searchAll({ seed: 1, schedules: 250, mistake, shrinks: true })
  assert.ok(finding)
  const { seed, path, script, danced } = finding
  assert.equal(script.wishes.length, 1)
  assert.ok(script.choices.filter((choice) => choice > 0).length < 30)
  assert.match(
    shown(finding, mistake),
    /customer 1 +asks for 1 × tea, .*: order A\n(?:.*\n)*broken: .* of order A took effect 0 times in \w+\n/,
  )
  const again = await searchAll({ seed, path, schedules: 1, mistake, shrinks: false })
  assert.deepEqual(again.finding?.danced, danced)
})
