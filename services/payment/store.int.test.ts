import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { orderEvents } from '@pas-de-cinq/order/events'
import { hearing } from '@pas-de-cinq/shared/hear'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { freshGround, saidBy } from '../../infra/testing/ground.ts'
import { served } from '../../infra/testing/served.ts'
import { simulatedBank } from './bank.ts'
import type { Payment } from './decisions.ts'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { payment } from './reactions.ts'
import { store } from './store.ts'

type Told = { orderId: string; status: string | number; amountCents: number; bank?: { kind: string; amountCents: number; at: string }[] }

const said = saidBy('order', orderEvents)
const placed = (orderId: string, paymentMethod = 'pm_card_visa') =>
  said(orderId, 'order.placed', {
    customer: { name: 'Ada', email: 'ada@example.org' },
    address: { country: 'FR' },
    lines: [{ sku: 'tea', quantity: 2, unitPriceCents: 1_450 }],
    totalCents: 2_900,
    paymentMethod,
  })
const cancelled = (orderId: string) => said(orderId, 'order.cancelled', { reason: 'by-customer' })

suite('payment, on PostgreSQL', async () => {
  const { ground, db, drop } = await freshGround({
    name: 'payment',
    choreography: payment,
    database: (options) => new PrismaClient(options),
    store,
    asks: simulatedBank,
  })
  const { get, stop } = await served(http({ db }))
  after(async () => {
    stop()
    await drop()
  })
  const instances = [hearing(ground), hearing(ground)] as const
  const hear = async (event: Event, instance: 0 | 1 = 0) => {
    const outcome = await instances[instance]({ event, at: ROOT_CONTEXT })
    return outcome.is === 'done' ? outcome.said.map(({ type }) => type) : outcome.is
  }
  const told = async (orderId: string) => {
    const { bank, ...payment } = (await get<Told>(`/payments/${orderId}`)).body
    return { ...payment, bank: bank?.map(({ kind, amountCents }) => `${kind} ${amountCents}`) }
  }

  test('what is loaded is what was saved', async () => {
    const states: Payment[] = (['none', 'approved', 'declined', 'refunded'] as const).map((status, i) => ({
      status,
      amountCents: i * 1_000,
    }))
    const known = new Map(states.map((state) => [randomUUID() as string, state]))
    const events = [...known.keys()].map((orderId) => placed(orderId))
    await store.save(db, known, [...events, ...events], events)
    const loaded = await store.load(db, events)
    for (const [orderId, state] of known) assert.deepEqual(loaded.get(orderId), state)
    assert.equal(loaded.get(randomUUID()), undefined)
  })

  test('tells of a charge, and of its refund', async () => {
    const orderId = randomUUID()
    assert.deepEqual(await hear(placed(orderId)), ['payment.approved'])
    assert.deepEqual(await told(orderId), { orderId, status: 'approved', amountCents: 2_900, bank: ['charge 2900'] })
    assert.deepEqual(await hear(cancelled(orderId)), ['payment.refunded'])
    assert.deepEqual(await told(orderId), { orderId, status: 'refunded', amountCents: 2_900, bank: ['charge 2900', 'refund 2900'] })
  })

  test('tells of a charge refused, with nothing booked', async () => {
    const orderId = randomUUID()
    assert.deepEqual(await hear(placed(orderId, 'pm_card_chargeDeclined')), ['payment.declined'])
    assert.deepEqual(await told(orderId), { orderId, status: 'declined', amountCents: 2_900, bank: [] })
  })

  test('knows nothing of an order that was cancelled first, until its charge is refused', async () => {
    const orderId = randomUUID()
    assert.deepEqual(await hear(cancelled(orderId)), [])
    assert.equal((await told(orderId)).status, 404)
    assert.deepEqual(await hear(placed(orderId)), ['payment.declined'])
    assert.deepEqual(await told(orderId), { orderId, status: 'declined', amountCents: 2_900, bank: [] })
  })

  test('knows nothing while the bank does not answer, and the charge once it has', async () => {
    const orderId = randomUUID()
    const event = placed(orderId, 'pm_card_bankTimeout')
    for (const _attempt of [1, 2]) {
      await assert.rejects(hear(event), { name: 'BankTimeout' })
      assert.equal((await told(orderId)).status, 404)
    }
    assert.deepEqual(await hear(event), ['payment.approved'])
    assert.equal(await hear(event), 'duplicate')
  })

  test('a charge and a cancellation, heard by two instances at once, end alike, whichever is first', async () => {
    for (let race = 0; race < 50; race++) {
      const orderId = randomUUID()
      const both = [() => hear(placed(orderId), 0), () => hear(cancelled(orderId), 1)]
      const said = await Promise.all((race % 2 ? both : both.toReversed()).map((one) => one()))
      const { status, bank } = await told(orderId)
      assert.deepEqual(bank, status === 'refunded' ? ['charge 2900', 'refund 2900'] : [])
      assert.ok(said.flat().includes(`payment.${status}`))
    }
  })

  for (const id of ['0192f7c1-0000-7000-8000-000000000000', 'nobody', '0', '%00'])
    test(`knows no payment ${id}`, async () => {
      const { status, body } = await get(`/payments/${id}`)
      assert.equal(status, 404)
      assert.equal(body.status, 404)
    })
})
