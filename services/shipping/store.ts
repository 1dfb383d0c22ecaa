import { ordersOf, type Store } from '@pas-de-cinq/shared/store'
import type { Parcel } from './decisions.ts'
import type { Prisma, Parcel as Row } from './generated/client.ts'

export const store: Store<Prisma.TransactionClient, Parcel> = {
  load: async (db, cues) => {
    const orderIds = ordersOf(cues)
    const rows = await db.$queryRaw<Row[]>`
      select order_id as "orderId", status, country, reserved, paid from parcels where order_id = any(${orderIds}::uuid[])`
    return new Map(rows.map((row) => [row.orderId, parcelOf(row)]))
  },

  save: async (db, states, happened) => {
    const orderIds = ordersOf(happened)
    const rows = orderIds.map((orderId) => ({ orderId, reserved: false, paid: false, ...states.get(orderId) }))
    await db.$executeRaw`
      insert into parcels (order_id, status, country, reserved, paid)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r ("orderId" uuid, status text, country text, reserved boolean, paid boolean)
      on conflict (order_id) do update
        set status = excluded.status, country = excluded.country, reserved = excluded.reserved, paid = excluded.paid`
  },
}

export const parcelOf = ({ status, country, reserved, paid }: Row): Parcel =>
  status === 'waiting'
    ? { status, ...(country && { country }), reserved, paid }
    : { status: status as Exclude<Parcel['status'], 'waiting'> }
