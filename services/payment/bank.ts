import { type Attributes, SpanKind } from '@opentelemetry/api'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import { together } from '@pas-de-cinq/shared/together'
import { inSpan } from '@pas-de-cinq/shared/tracing'
import type { Transact } from '@pas-de-cinq/shared/transaction'
import type { Prisma } from './generated/client.ts'

export type Charge = { readonly accepted: true; readonly receipt: string } | { readonly accepted: false; readonly reason: string }
export type Reversal = { readonly refundedCents: number }

/**
 * The bank is the authority on money, and idempotent by order, as payment providers are: a charge made twice is one charge, and an order
 * that has been reversed is never charged again. So a charge and a reversal that race end alike, whoever comes first.
 */
export type Bank = {
  charge: (event: OrderEvent<'order.placed'>) => Promise<Charge>
  reverse: (event: OrderEvent<'order.cancelled'>) => Promise<Reversal>
}

/** Whether money has moved is not known; asking again finds out, and moves it once. */
export class BankTimeout extends Error {
  override name = 'BankTimeout'
}

const refusals: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: 'card declined',
  pm_card_chargeDeclinedInsufficientFunds: 'insufficient funds',
}
const timeoutsOf: Readonly<Record<string, number>> = { pm_card_bankTimeout: 2 }

/** A bank in tables of its own, and in transactions of its own; it takes the calls of one order one at a time. */
export const simulatedBank = (transact: InTransaction): Bank => ({
  charge: ({ data: { orderId, totalCents: amountCents, paymentMethod } }) =>
    inSpan('bank charge', toTheBank(orderId), async (span) => {
      const answer = await alone(transact, orderId, async (tx, { reversed, timeouts, charged }): Promise<Charge | 'timeout'> => {
        if (reversed) return { accepted: false, reason: 'the order has been reversed' }
        if (charged) return { accepted: true, receipt: receiptOf(orderId) }
        const reason = refusals[paymentMethod]
        if (reason) return { accepted: false, reason }
        if (timeouts < (timeoutsOf[paymentMethod] ?? 0)) {
          await tx.$executeRaw`update bank_intents set timeouts = timeouts + 1 where order_id = ${orderId}::uuid`
          return 'timeout'
        }
        await book(tx, orderId, 'charge', amountCents)
        return { accepted: true, receipt: receiptOf(orderId) }
      })
      if (answer === 'timeout') throw new BankTimeout('the bank did not answer in time')
      span.setAttribute('bank.answer', answer.accepted ? 'charged' : `refused: ${answer.reason}`)
      return answer
    }),

  reverse: ({ data: { orderId } }) =>
    inSpan('bank reverse', toTheBank(orderId), async (span) => {
      const answer = await alone(transact, orderId, async (tx, { reversed, charged }): Promise<Reversal> => {
        const refundedCents = charged?.amountCents ?? 0
        if (!reversed)
          await together(
            () => tx.$executeRaw`update bank_intents set reversed = true where order_id = ${orderId}::uuid`,
            () => charged && book(tx, orderId, 'refund', refundedCents),
          )
        return { refundedCents }
      })
      span.setAttribute('bank.answer', answer.refundedCents > 0 ? 'refunded' : 'nothing to refund')
      return answer
    }),
})

type InTransaction = Transact<Prisma.TransactionClient>
type Intent = { readonly reversed: boolean; readonly timeouts: number }
type Known = Intent & { readonly charged: { readonly amountCents: number } | undefined }

/** Runs `work` in a transaction that holds the order's intent: whoever else calls for this order waits, and then sees what was done. */
const alone = <T>(transact: InTransaction, orderId: string, work: (tx: Prisma.TransactionClient, known: Known) => Promise<T>): Promise<T> =>
  transact(async (tx) => {
    const [[intent], [charged]] = await together(
      () => tx.$queryRaw<[Intent]>`
        insert into bank_intents as known (order_id) values (${orderId}::uuid)
        on conflict (order_id) do update set timeouts = known.timeouts returning reversed, timeouts`,
      () => tx.$queryRaw<{ amountCents: number }[]>`
        select amount_cents as "amountCents" from bank_bookings where order_id = ${orderId}::uuid and kind = 'charge'`,
    )
    return work(tx, { ...intent, charged })
  })

const book = (tx: Prisma.TransactionClient, orderId: string, kind: 'charge' | 'refund', amountCents: number) =>
  tx.$executeRaw`insert into bank_bookings (order_id, kind, amount_cents) values (${orderId}::uuid, ${kind}, ${amountCents})`

const toTheBank = (orderId: string): { kind: SpanKind; attributes: Attributes } => ({
  kind: SpanKind.CLIENT,
  attributes: { 'order.id': orderId, 'peer.service': 'bank' },
})

const receiptOf = (orderId: string) => `R-${orderId}`
