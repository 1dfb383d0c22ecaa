import { route } from '@pas-de-cinq/shared/contract'
import type { Routes } from '@pas-de-cinq/shared/http'
import { z } from 'zod'
import type { PrismaClient } from './generated/client.ts'

const Level = z.object({
  sku: z.string(),
  seeded: z.int().nonnegative(),
  available: z.int().nonnegative(),
  reserved: z.int().nonnegative(),
  shipped: z.int().nonnegative(),
})

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /stock': route(
    { summary: 'What is in stock, by product', answers: { 200: z.object({ stock: z.array(Level) }) } },
    async (_, response) => response.json({ stock: await db.stockLevel.findMany({ orderBy: { sku: 'asc' } }) }),
  ),
})
