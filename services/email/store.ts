import { ordersOf, type Store } from '@pas-de-cinq/shared/store'
import { type Correspondence, initial, type Occasion } from './decisions.ts'
import type { Prisma, Correspondence as Row } from './generated/client.ts'

export const store: Store<Prisma.TransactionClient, Correspondence> = {
  load: async (db, cues) => {
    const orderIds = ordersOf(cues)
    const rows = await db.$queryRaw<Row[]>`
      select order_id as "orderId", name, email, due, sent from correspondences where order_id = any(${orderIds}::uuid[])`
    return new Map(rows.map((row) => [row.orderId, correspondenceOf(row)]))
  },

  save: async (db, states, happened) => {
    const orderIds = ordersOf(happened)
    const rows = orderIds.map((orderId) => {
      const { to, due, sent } = states.get(orderId) ?? initial
      return { orderId, ...to, due, sent }
    })
    await db.$executeRaw`
      insert into correspondences (order_id, name, email, due, sent)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("orderId" uuid, name text, email text, due text[], sent text[])
      on conflict (order_id) do update
        set name = excluded.name, email = excluded.email, due = excluded.due, sent = excluded.sent`
  },
}

const correspondenceOf = ({ name, email, due, sent }: Row): Correspondence => ({
  ...(name !== null && email !== null && { to: { name, email } }),
  due: due as Occasion[],
  sent: sent as Occasion[],
})
