import type { Bank, Charge, Reversal } from '../../services/payment/bank.ts'
import { type Database, database, type Tx } from './database.ts'
import { type Life, life } from './scheduler.ts'
import type { World } from './world.ts'

type Intent = {
  readonly reversed: boolean
  readonly timeouts: number
  readonly charged: readonly number[]
  readonly refunded: readonly number[]
}
const untouched: Intent = { reversed: false, timeouts: 0, charged: [], refunded: [] }

/**
 * The bank: a process of its own, whose calls go on when the caller has died, and fail when it dies itself. As `services/payment/bank.ts` it
 * takes one call of an order at a time, counts its time-outs, and refuses a charge after a reversal. One that forgets takes each call for a new one.
 */
export const bankIn = (world: World, forgets = false) => {
  const { note } = world
  const db: Database = database(world)
  const intents = db.table<Intent>()
  const waiting = new Set<(error: Error) => void>()
  let self: Life = life('bank')

  const alone = <T>(orderId: string, work: (tx: Tx, intent: Intent) => T): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.add(reject)
      const transaction = db.transact(self)(async (tx) => {
        await db.lock(tx, [orderId])
        return db.statement(tx, () => work(tx, intents.get(tx, orderId) ?? untouched))
      })
      const answered = transaction.then((answer) => world.turn(self, () => answer))
      answered.then(resolve, reject).finally(() => waiting.delete(reject))
    })
  const book = (tx: Tx, orderId: string, intent: Intent) => intents.set(tx, orderId, intent)

  const bank: Bank = {
    charge: async ({ data: { orderId, totalCents, paymentMethod } }) => {
      const answer = await alone(orderId, (tx, intent): Charge | 'timeout' => {
        if (intent.reversed && !forgets) return { accepted: false, reason: 'the order has been reversed' }
        if (intent.charged.length > 0 && !forgets) return { accepted: true, receipt: orderId }
        if (paymentMethod === 'pm_card_chargeDeclined') return { accepted: false, reason: 'card declined' }
        if (paymentMethod === 'pm_card_bankTimeout' && intent.timeouts < 2) {
          book(tx, orderId, { ...intent, timeouts: intent.timeouts + 1 })
          return 'timeout'
        }
        tx.notes.push(`charges ${totalCents} for ${orderId}`)
        book(tx, orderId, { ...intent, charged: [...intent.charged, totalCents] })
        return { accepted: true, receipt: orderId }
      })
      if (answer === 'timeout') throw new Error('the bank did not answer in time')
      return answer
    },
    reverse: ({ data: { orderId } }) =>
      alone(orderId, (tx, intent): Reversal => {
        const refundedCents = intent.charged[0] ?? 0
        if (intent.reversed && !forgets) return { refundedCents }
        if (refundedCents > 0) tx.notes.push(`gives back ${refundedCents} for ${orderId}`)
        book(tx, orderId, { ...intent, reversed: true, refunded: refundedCents > 0 ? [...intent.refunded, refundedCents] : [] })
        return { refundedCents }
      }),
  }
  return {
    bank,
    crash: () => {
      note('bank', 'crashes')
      self.alive = false
      world.forget(self)
      db.abandon(self)
      self = life('bank')
      for (const hangUp of [...waiting]) hangUp(new Error('the bank has hung up'))
    },
    /** what was charged and given back for an order */
    booked: (orderId: string) => intents.rows.get(orderId) ?? untouched,
  }
}
