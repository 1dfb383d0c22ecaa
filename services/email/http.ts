import { type Routes, valid } from '@pas-de-cinq/shared/http'
import { z } from 'zod'
import type { PrismaClient } from './generated/client.ts'

const Query = z.object({ orderId: z.uuid() })

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /letters': async ({ query }, response) => {
    const { orderId } = valid(Query, query)
    const letters = await db.letter.findMany({
      where: { orderId, sentAt: { not: null } },
      omit: { messageId: true },
      orderBy: { sentAt: 'asc' },
    })
    response.json({ letters })
  },
})
