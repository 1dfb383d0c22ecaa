import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import { type Database, databaseAt } from '@pas-de-cinq/shared/database'
import pLimit from 'p-limit'
import { freshDatabase } from '../../infra/testing/database.ts'
import { type Bank, BankTimeout, simulatedBank } from './bank.ts'
import { PrismaClient } from './generated/client.ts'

const placed = (orderId: string, paymentMethod = 'pm_card_visa'): OrderEvent<'order.placed'> => ({
  type: 'order.placed',
  data: {
    orderId,
    customer: { name: 'Ada', email: 'ada@example.org' },
    address: { country: 'FR' },
    lines: [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }],
    totalCents: 2_900,
    paymentMethod,
  },
})
const cancelled = (orderId: string): OrderEvent<'order.cancelled'> => ({
  type: 'order.cancelled',
  data: { orderId, reason: 'by-customer' },
})

suite('the simulated bank', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let instances: Database<PrismaClient>[]
  let bank: Bank
  let otherBank: Bank

  before(async () => {
    database = await freshDatabase(['services/payment'])
    instances = [database.url, database.url].map((url) => databaseAt(url, (options) => new PrismaClient(options)))
    ;[bank, otherBank] = instances.map(({ transact }) => simulatedBank(transact)) as [Bank, Bank]
  })
  after(async () => {
    await Promise.all(instances.map(({ db }) => db.$disconnect()))
    await database.drop()
  })
  const booked = async (orderId: string) => {
    const bookings = await instances[0]?.db.bankBooking.findMany({ where: { orderId }, orderBy: { at: 'asc' } })
    return bookings?.map(({ kind, amountCents }) => `${kind} ${amountCents}`)
  }

  test('takes a charge, and the same charge again, once', async () => {
    const orderId = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? bank : otherBank).charge(placed(orderId))))
    for (const answer of answers) assert.deepEqual(answer, { accepted: true, receipt: `R-${orderId}` })
    assert.deepEqual(await booked(orderId), ['charge 2900'])
  })

  test('gives back what was charged, once, however often it is asked', async () => {
    const orderId = randomUUID()
    await bank.charge(placed(orderId))
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? bank : otherBank).reverse(cancelled(orderId))))
    for (const answer of answers) assert.deepEqual(answer, { refundedCents: 2_900 })
    assert.deepEqual(await booked(orderId), ['charge 2900', 'refund 2900'])
  })

  test('refuses a charge after a reversal, and books nothing', async () => {
    const orderId = randomUUID()
    assert.deepEqual(await bank.reverse(cancelled(orderId)), { refundedCents: 0 })
    assert.deepEqual(await bank.charge(placed(orderId)), { accepted: false, reason: 'the order has been reversed' })
    assert.deepEqual(await booked(orderId), [])
  })

  test('keeps no money of an order whose charges and reversal race, whoever comes first', async () => {
    const atOnce = pLimit(8)
    const ends = await atOnce.map(Array.from({ length: 200 }), async (_, i) => {
      const orderId = randomUUID()
      const charge = () => bank.charge(placed(orderId))
      const reverse = () => otherBank.reverse(cancelled(orderId))
      await Promise.all(i % 2 ? [charge(), reverse(), charge()] : [reverse(), charge(), charge()])
      assert.equal((await charge()).accepted, false)
      const bookings = await booked(orderId)
      assert.deepEqual(await reverse(), { refundedCents: bookings?.length ? 2_900 : 0 })
      return String(bookings)
    })
    assert.deepEqual([...new Set(ends)].sort(), ['', 'charge 2900,refund 2900'])
  })

  for (const [paymentMethod, reason] of [
    ['pm_card_chargeDeclined', 'card declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient funds'],
  ] as const)
    test(`refuses ${paymentMethod}: ${reason}`, async () => {
      const orderId = randomUUID()
      assert.deepEqual(await bank.charge(placed(orderId, paymentMethod)), { accepted: false, reason })
      assert.deepEqual(await booked(orderId), [])
    })

  test('does not answer pm_card_bankTimeout twice, a restart between them, and takes the charge then', async () => {
    const orderId = randomUUID()
    await assert.rejects(bank.charge(placed(orderId, 'pm_card_bankTimeout')), BankTimeout)
    await assert.rejects(otherBank.charge(placed(orderId, 'pm_card_bankTimeout')), { message: 'the bank did not answer in time' })
    assert.deepEqual(await booked(orderId), [])
    assert.equal((await bank.charge(placed(orderId, 'pm_card_bankTimeout'))).accepted, true)
    assert.deepEqual(await booked(orderId), ['charge 2900'])
  })

  test('refuses a charge that timed out, when the order was reversed in the meantime', async () => {
    const orderId = randomUUID()
    await assert.rejects(bank.charge(placed(orderId, 'pm_card_bankTimeout')), BankTimeout)
    assert.deepEqual(await bank.reverse(cancelled(orderId)), { refundedCents: 0 })
    assert.equal((await bank.charge(placed(orderId, 'pm_card_bankTimeout'))).accepted, false)
    assert.deepEqual(await booked(orderId), [])
  })
})
