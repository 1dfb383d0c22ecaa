import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted } from './count.ts'

const ledger = {
  owed: [
    { database: 'b', sql: 'effects', each: 1 },
    { queue: 'says', each: 2 },
  ],
  nothing: [{ database: 'a', sql: 'outbox' }, { queue: 'dead' }],
}
/** What is found where, look by look; the last one stays. */
const books = (...found: Readonly<Record<string, number>>[]) => {
  const looks = new Map<string, number>()
  const next = (name: string) => {
    const look = looks.get(name) ?? 0
    looks.set(name, look + 1)
    return found[Math.min(look, found.length - 1)]?.[name] ?? 0
  }
  return {
    query: async <Row extends object>(_: string, sql: string) =>
      [{ n: String(next(/\((\w+)\)/.exec(sql)?.[1] ?? '')) }] as unknown as Row[],
    waitingIn: async (queue: string) => next(queue),
  }
}
const whole = { effects: 10, says: 20 }

test('nothing is lost, doubled or stuck where all that is owed is there, and nothing waits', async () => {
  assert.deepEqual(await counted(books(whole), ledger, 10), { placed: 10, lost: 0, doubled: 0, stuck: 0 })
})

test('what is still on its way is waited for', async () => {
  const books3 = books({ effects: 3 }, { ...whole, outbox: 4 }, whole)
  assert.deepEqual(await counted(books3, ledger, 10), { placed: 10, lost: 0, doubled: 0, stuck: 0 })
})

for (const [what, found, counts] of [
  ['less than is owed is lost', { ...whole, effects: 9 }, { lost: 1, doubled: 0, stuck: 0 }],
  ['more than is owed is doubled', { ...whole, says: 23 }, { lost: 0, doubled: 3, stuck: 0 }],
  ['what waits in the end is stuck', { ...whole, outbox: 2, dead: 1 }, { lost: 0, doubled: 0, stuck: 3 }],
] as const)
  test(`${what}`, async () => {
    assert.deepEqual(await counted(books(found), ledger, 10, 0), { placed: 10, ...counts })
  })
