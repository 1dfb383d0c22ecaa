import { route } from '@pas-de-cinq/shared/contract'
import type { Routes } from '@pas-de-cinq/shared/http'
import { Problem } from '@pas-de-cinq/shared/problem'
import { z } from 'zod'
import type { PrismaClient } from './generated/client.ts'

const unknown = 'The bank has not answered for such an order'
const Payment = z.object({
  orderId: z.uuid(),
  status: z.string(),
  amountCents: z.int().nonnegative(),
  bank: z.array(z.object({ kind: z.string(), amountCents: z.int().nonnegative(), at: z.date() })),
})
const paymentOf = {
  summary: 'What has been paid for an order, and what the bank has booked',
  params: z.object({ orderId: z.uuid() }),
  answers: { 200: Payment },
  problems: { 404: unknown },
}

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /payments/:orderId': route(paymentOf, async ({ params: { orderId } }, response) => {
    const payment = await db.payment.findFirst({ where: { orderId, status: { not: 'none' } } })
    if (!payment) throw new Problem(404, unknown)
    const bank = await db.bankBooking.findMany({ where: { orderId }, omit: { orderId: true }, orderBy: { at: 'asc' } })
    response.json({ ...payment, bank })
  }),
})
