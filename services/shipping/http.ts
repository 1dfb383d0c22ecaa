import { Problem, type Routes } from '@pas-de-cinq/shared/http'
import { z } from 'zod'
import { trackingCodeOf } from './carrier.ts'
import type { Parcel } from './decisions.ts'
import type { PrismaClient } from './generated/client.ts'
import { parcelOf } from './store.ts'

export const http = ({ db }: { db: PrismaClient }): Routes => ({
  'GET /shipments/:orderId': async ({ params }, response) => {
    const { data: orderId } = z.uuid().safeParse(params['orderId'])
    const row = orderId && (await db.parcel.findUnique({ where: { orderId } }))
    if (!row) throw new Problem(404, 'Nothing is known of such a shipment')
    const parcel = parcelOf(row)
    response.json({ orderId: row.orderId, status: parcel.status, ...detailsOf(parcel, row.orderId) })
  },
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
