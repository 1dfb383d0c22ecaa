import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { type Cue, ordersOf, type Store } from '@pas-de-cinq/shared/store'
import { together } from '@pas-de-cinq/shared/together'
import { type Hold, type Holding, initial, type Level, type Lines, type Stock } from './decisions.ts'
import type { InventoryEvent } from './events.ts'
import type { Prisma, Hold as Row } from './generated/client.ts'

type Tx = Prisma.TransactionClient
type Moving = InventoryEvent<'inventory.reserved' | 'inventory.released' | 'inventory.withdrawn'>

export const store: Store<Tx, Holding> = {
  load: async (tx, cues) => {
    const ids = ordersOf(cues)
    const placed = cues.filter(isPlaced).flatMap(({ data }) => data.lines)
    const [levels, rows] = await together(
      () => locked(tx, ids, placed),
      () => tx.$queryRaw<Row[]>`
        select order_id as "orderId", status, lines from holds where order_id = any(${ids}::uuid[])`,
    )
    const holds = new Map(rows.map(({ orderId, status, lines }) => [orderId, (lines ? { status, lines } : { status }) as Hold]))
    let stock = levels
    return {
      get: (orderId) => ({ hold: holds.get(orderId) ?? initial.hold, stock }),
      set: (orderId, holding) => {
        holds.set(orderId, holding.hold)
        stock = holding.stock
      },
    }
  },

  save: async (tx, states, happened) => {
    const subjects = ordersOf(happened)
    const holds = [...subjects].map((orderId) => ({ orderId, ...(states.get(orderId)?.hold ?? initial.hold) }))
    const levels = happened
      .filter(isMoving)
      .flatMap(({ subject, data: { lines } }) => lines.map(({ sku }) => [sku, states.get(subject)?.stock.get(sku)] as const))
    const kept = holds.filter(({ status }) => status !== 'none')
    const moved = [...new Map(levels)].map(([sku, level]) => ({ sku, ...level }))
    await together(
      () => saveHolds(tx, kept),
      () => saveStock(tx, moved),
    )
  },
}

const isPlaced = (cue: Cue): cue is Cue & OrderEvent<'order.placed'> => cue.type === 'order.placed'
const isMoving = (event: Event): event is Event & Moving =>
  event.type === 'inventory.reserved' || event.type === 'inventory.released' || event.type === 'inventory.withdrawn'

const locked = async (tx: Tx, ids: string[], placed: Lines): Promise<Stock> => {
  const rows = await tx.$queryRaw<({ sku: string } & Level)[]>`
    select sku, available, reserved, shipped from stock
    where sku in (
      select unnest(${placed.map(({ sku }) => sku)}::text[])
      union
      select line ->> 'sku' from holds, jsonb_array_elements(lines) as line where order_id = any(${ids}::uuid[]) and status = 'held'
    )
    order by sku for update of stock`
  return new Map(rows.map(({ sku, ...level }) => [sku, level]))
}

const saveHolds = async (tx: Tx, holds: readonly ({ orderId: string } & Hold)[]) => {
  if (holds.length === 0) return
  await tx.$executeRaw`
    insert into holds (order_id, status, lines)
    select "orderId", status, lines
    from jsonb_to_recordset(${JSON.stringify(holds)}::jsonb) as r ("orderId" uuid, status hold_status, lines jsonb)
    on conflict (order_id) do update set status = excluded.status, lines = excluded.lines`
}

const saveStock = async (tx: Tx, levels: readonly ({ sku: string } & Partial<Level>)[]) => {
  if (levels.length === 0) return
  await tx.$executeRaw`
    update stock set available = r.available, reserved = r.reserved, shipped = r.shipped
    from jsonb_to_recordset(${JSON.stringify(levels)}::jsonb) as r (sku text, available integer, reserved integer, shipped integer)
    where stock.sku = r.sku`
}
