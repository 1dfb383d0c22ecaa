import { route } from '@pas-de-cinq/shared/contract'
import type { Routes } from '@pas-de-cinq/shared/http'
import { z } from 'zod'
import { Occasion } from './events.ts'
import type { PrismaClient } from './generated/client.ts'

const Letters = z.object({
  letters: z.array(z.object({ orderId: z.uuid(), occasion: Occasion, to: z.string(), sentAt: z.date() })),
})

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /letters': route(
    { summary: 'The letters that have gone out about an order', query: z.object({ orderId: z.uuid() }), answers: { 200: Letters } },
    async ({ query: { orderId } }, response) => {
      const letters = await db.letter.findMany({
        where: { orderId, sentAt: { not: null } },
        omit: { messageId: true },
        orderBy: { sentAt: 'asc' },
      })
      response.json({ letters: letters as z.input<typeof Letters>['letters'] })
    },
  ),
})
