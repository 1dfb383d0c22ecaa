import { Problem, type Routes } from '@pas-de-cinq/shared/http'
import { z } from 'zod'
import type { PrismaClient } from './generated/client.ts'

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /payments/:orderId': async ({ params }, response) => {
    const { data: orderId } = z.uuid().safeParse(params['orderId'])
    const payment = orderId && (await db.payment.findFirst({ where: { orderId, status: { not: 'none' } } }))
    if (!payment) throw new Problem(404, 'The bank has not answered for such an order')
    const bank = await db.bankBooking.findMany({ where: { orderId }, omit: { orderId: true }, orderBy: { at: 'asc' } })
    response.json({ ...payment, bank })
  },
})
