import type { Routes } from '@pas-de-cinq/shared/http'
import type { PrismaClient } from './generated/client.ts'

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /stock': async (_request, response) => response.json({ stock: await db.stockLevel.findMany({ orderBy: { sku: 'asc' } }) }),
})
