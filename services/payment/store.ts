import { ordersOf, type Store } from '@pas-de-cinq/shared/store'
import type { Payment } from './decisions.ts'
import type { Prisma, Payment as Row } from './generated/client.ts'

export const store: Store<Prisma.TransactionClient, Payment> = {
  load: async (db, cues) => {
    const orderIds = ordersOf(cues)
    const rows = await db.$queryRaw<Row[]>`
      select order_id as "orderId", status, amount_cents as "amountCents" from payments where order_id = any(${orderIds}::uuid[])`
    return new Map(rows.map(({ orderId, status, amountCents }) => [orderId, { status: status as Payment['status'], amountCents }]))
  },

  save: async (db, states, happened) => {
    const orderIds = ordersOf(happened)
    const rows = orderIds.map((orderId) => ({ orderId, ...states.get(orderId) }))
    await db.$executeRaw`
      insert into payments (order_id, status, amount_cents)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("orderId" uuid, status text, "amountCents" integer)
      on conflict (order_id) do update set status = excluded.status, amount_cents = excluded.amount_cents`
  },
}
