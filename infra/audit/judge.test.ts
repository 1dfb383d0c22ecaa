import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Evidence, messageId, type Order, type Rules, verdictOn } from './judge.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const rules: Rules = { now, deadline: 960_000, settling: 180_000, crashed: false, mailsSince: 0 }
const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString()
const orderId = '0192f7c1-0000-7000-8000-0000000000af'

const order = (status: Order['status'], more: Partial<Order> = {}): Order => ({
  orderId,
  status,
  totalCents: 2_900,
  lines: [{ sku: 'tea', quantity: 2 }],
  placedAt: ago(600),
  ...(status === 'placed' ? {} : { endedAt: ago(590) }),
  ...more,
})
const told = (...occasions: readonly string[]) => ({
  letters: occasions.map((occasion) => ({ occasion, sentAt: ago(590) })),
  mails: occasions.map((occasion) => messageId(orderId, occasion)),
})
const booked = (status: string, ...kinds: readonly string[]) => ({
  payment: { status, bank: kinds.map((kind) => ({ kind, amountCents: 2_900 })) },
})
const completed: Evidence = {
  order: order('completed'),
  ...booked('approved', 'charge'),
  parcel: { status: 'dispatched' },
  ...told('placed', 'completed'),
}
const refunded: Evidence = {
  order: order('cancelled'),
  ...booked('refunded', 'charge', 'refund'),
  parcel: { status: 'recalled' },
  ...told('placed', 'cancelled', 'refunded'),
}
const declined: Evidence = {
  order: order('cancelled'),
  ...booked('declined'),
  parcel: { status: 'stood-down' },
  ...told('placed', 'cancelled'),
}
const placed: Evidence = { order: order('placed'), payment: undefined, parcel: undefined, letters: [], mails: [] }

const faults = (evidence: Evidence, more: Partial<Rules> = {}) => {
  const verdict = verdictOn(evidence, { ...rules, ...more })
  return verdict.is === 'broken' ? verdict.faults.map(({ what }) => what) : [verdict.is]
}

test('what is completed, refunded, or was never paid, holds', () => {
  for (const evidence of [completed, refunded, declined, { ...declined, payment: undefined }]) assert.deepEqual(faults(evidence), ['holds'])
})

test('what is placed is under way, until its deadline has passed', () => {
  assert.deepEqual(faults(placed), ['under way'])
  assert.deepEqual(faults({ ...placed, order: order('placed', { placedAt: ago(961) }) }), ['placed 961 s ago, and has not ended'])
})

const wrong: [what: string, evidence: Evidence, fault: string][] = [
  ['not paid', { ...completed, payment: undefined }, 'money: nothing booked, payment none'],
  ['charged twice', { ...completed, ...booked('approved', 'charge', 'charge') }, 'money: charge, charge booked, payment approved'],
  [
    'charged another sum',
    { ...completed, payment: { status: 'approved', bank: [{ kind: 'charge', amountCents: 1 }] } },
    'money: charge of 1 booked, payment approved',
  ],
  [
    'refunded, though completed',
    { ...completed, ...booked('refunded', 'charge', 'refund') },
    'money: charge, refund booked, payment refunded',
  ],
  ['refunded and never charged', { ...declined, ...booked('refunded', 'refund') }, 'money: refund booked, payment refunded'],
  [
    'refunded twice',
    { ...refunded, ...booked('refunded', 'charge', 'refund', 'refund') },
    'money: charge, refund, refund booked, payment refunded',
  ],
  ['without a parcel', { ...completed, parcel: undefined }, 'parcel: unknown'],
  ['its parcel recalled, though completed', { ...completed, parcel: { status: 'recalled' } }, 'parcel: recalled'],
  ['told of a refund that was none', { ...declined, ...told('placed', 'cancelled', 'refunded') }, 'letter too many: refunded'],
  ['told both ends', { ...completed, ...told('placed', 'completed', 'cancelled') }, 'letter too many: cancelled'],
  ['written to twice', { ...completed, ...told('placed', 'completed', 'completed') }, 'letter too many: completed'],
  [
    'sent a letter twice',
    { ...completed, mails: [...completed.mails, messageId(orderId, 'placed')] },
    `mail too many: ${messageId(orderId, 'placed')}`,
  ],
]
for (const [what, evidence, fault] of wrong)
  test(`an order ${what} is broken at once`, () => {
    const justEnded = { ...evidence, order: { ...evidence.order, endedAt: ago(1) } }
    for (const one of [evidence, justEnded]) assert.deepEqual(faults(one), [fault])
  })

const late: [what: string, evidence: Evidence, fault: string][] = [
  ['its refund', { ...refunded, ...booked('approved', 'charge') }, 'money: charge booked, payment approved'],
  ['word of its refund', { ...refunded, ...booked('approved', 'charge', 'refund') }, 'money: charge, refund booked, payment approved'],
  ['its recall', { ...refunded, parcel: { status: 'dispatched' } }, 'parcel: dispatched'],
  ['its standing down', { ...declined, parcel: undefined }, 'parcel: unknown'],
  ['a letter', { ...completed, ...told('placed') }, 'letter missing: completed'],
  ['the letter about its refund', { ...refunded, ...told('placed', 'cancelled') }, 'letter missing: refunded'],
  ['a letter at the mail server', { ...completed, mails: completed.mails.slice(1) }, `mail missing: ${messageId(orderId, 'placed')}`],
  [
    'the mark on a letter that has gone out',
    { ...completed, mails: [...completed.mails, messageId(orderId, 'refunded')] },
    `mail that is no letter: ${messageId(orderId, 'refunded')}`,
  ],
]
for (const [what, evidence, fault] of late)
  test(`an order that misses ${what} is under way for three minutes after its end, then broken`, () => {
    assert.deepEqual(faults({ ...evidence, order: { ...evidence.order, endedAt: ago(179) } }), ['under way'])
    assert.deepEqual(faults({ ...evidence, order: { ...evidence.order, endedAt: ago(181) } }), [fault])
  })

test('a letter that came twice is no fault after a crash, nor is one that the mail server has had time to forget', () => {
  const twice = { ...completed, mails: [...completed.mails, ...completed.mails] }
  assert.deepEqual(faults(twice, { crashed: true }), ['holds'])
  assert.deepEqual(faults({ ...completed, mails: [] }, { mailsSince: now - 60_000 }), ['holds'])
})

test('all that is wrong with an order is told', () => {
  assert.deepEqual(faults({ ...completed, payment: undefined, parcel: undefined }), [
    'money: nothing booked, payment none',
    'parcel: unknown',
  ])
})

test('what has come twice is told from what is lost, and from what has not ended', () => {
  const kinds = (evidence: Evidence, more: Partial<Rules> = {}) => {
    const verdict = verdictOn(evidence, { ...rules, ...more })
    return verdict.is === 'broken' && verdict.faults.map(({ is }) => is)
  }
  assert.deepEqual(kinds({ ...completed, ...booked('approved', 'charge', 'charge'), parcel: undefined }), ['doubled', 'lost'])
  assert.deepEqual(kinds({ ...completed, ...told('placed', 'completed', 'cancelled') }), ['doubled'])
  assert.deepEqual(kinds({ ...completed, ...told('placed') }), ['lost'])
  assert.deepEqual(kinds(placed, { deadline: 0 }), ['stuck'])
})
