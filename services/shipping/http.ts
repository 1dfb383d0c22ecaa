import { route } from '@pas-de-cinq/shared/contract'
import type { Routes } from '@pas-de-cinq/shared/http'
import { Problem } from '@pas-de-cinq/shared/problem'
import { z } from 'zod'
import { trackingCodeOf } from './carrier.ts'
import type { Parcel } from './decisions.ts'
import type { PrismaClient } from './generated/client.ts'
import { parcelOf } from './store.ts'

const unknown = 'Nothing is known of such a shipment'
const shipmentOf = {
  summary: 'What has become of the parcel of an order',
  params: z.object({ orderId: z.uuid() }),
  answers: {
    200: z.object({
      orderId: z.uuid(),
      status: z.enum(['waiting', 'stood-down', 'dispatched', 'failed', 'recalled']),
      waitingFor: z.array(z.string()).optional(),
      trackingCode: z.string().optional(),
    }),
  },
  problems: { 404: unknown },
}

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /shipments/:orderId': route(shipmentOf, async ({ params: { orderId } }, response) => {
    const row = await db.parcel.findUnique({ where: { orderId } })
    if (!row) throw new Problem(404, unknown)
    const parcel = parcelOf(row)
    response.json({ orderId: row.orderId, status: parcel.status, ...detailsOf(parcel, row.orderId) })
  }),
})

const detailsOf = (parcel: Parcel, orderId: string) => {
  switch (parcel.status) {
    case 'waiting':
      return { waitingFor: missingCues(parcel) }
    case 'dispatched':
    case 'recalled':
      return { trackingCode: trackingCodeOf(orderId) }
    case 'failed':
    case 'stood-down':
      return {}
  }
}

const missingCues = ({ country, reserved, paid }: Extract<Parcel, { status: 'waiting' }>) => [
  ...(country ? [] : ['order.placed']),
  ...(reserved ? [] : ['inventory.reserved']),
  ...(paid ? [] : ['payment.approved']),
]
