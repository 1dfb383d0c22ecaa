import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { type Cue, ordersOf, type States, type Store } from '@pas-de-cinq/shared/store'
import { together } from '@pas-de-cinq/shared/together'
import type { Order, Placing } from './decisions.ts'
import type { OrderEvent } from './events.ts'
import type { Prisma, PrismaClient, Order as Row } from './generated/client.ts'

type Tx = Prisma.TransactionClient
type Said<T extends OrderEvent['type']> = Event<T, OrderEvent<T>['data']>

export const store: Store<Tx, Order> = {
  load: async (tx, cues): Promise<States<Order>> => {
    const ids = ordersOf(cues.filter(({ begins }) => !begins))
    const rows = ids.length > 0 ? await find(tx, ids) : []
    const states = new Map<string, Order>(rows.map(({ id, status }) => [id, { status }]))
    const traceparents = new Map(rows.map(({ id, traceparent }) => [id, traceparent ?? undefined]))
    return {
      get: (id) => states.get(id),
      set: (id, state) => states.set(id, state),
      traceparent: (id) => traceparents.get(id),
    }
  },

  save: async (tx, states, happened, cues) => {
    const known = happened.filter(({ subject }) => states.get(subject)?.status !== 'unknown')
    await together(
      () => open(tx, happened.filter(isPlaced), cues.filter(isPlacing)),
      () => close(tx, happened.filter(isEnded)),
      () => remember(tx, known),
    )
  },
}

export const oldestOpen = (db: PrismaClient, limit: number) =>
  db.order.findMany({ where: { status: 'placed' }, orderBy: { placedAt: 'asc' }, take: limit, select: { id: true, placedAt: true } })

const find = (tx: Tx, ids: string[]) =>
  tx.$queryRaw<Pick<Row, 'id' | 'status' | 'traceparent'>[]>`select id, status, traceparent from orders where id = any(${ids}::uuid[])`

const isPlacing = (cue: Cue): cue is Cue & { data: Placing } => cue.type === 'POST /orders'
const isPlaced = (event: Event): event is Said<'order.placed'> => event.type === 'order.placed'
const isEnded = (event: Event): event is Said<'order.completed' | 'order.cancelled'> =>
  event.type === 'order.completed' || event.type === 'order.cancelled'

const open = async (tx: Tx, placed: readonly Said<'order.placed'>[], placings: readonly { data: Placing }[]) => {
  if (placed.length === 0) return
  const addresses = new Map(placings.map(({ data: { orderId, address } }) => [orderId, address]))
  const rows = placed.map(({ subject: id, time: placedAt, traceparent, data }) => ({
    ...data,
    id,
    placedAt,
    traceparent,
    address: addresses.get(id),
  }))
  await tx.$executeRaw`
    insert into orders (id, status, customer, address, lines, total_cents, payment_method, placed_at, traceparent)
    select id, 'placed', customer, address, lines, "totalCents", "paymentMethod", "placedAt", traceparent
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, customer jsonb, address jsonb, lines jsonb,
      "totalCents" integer, "paymentMethod" text, "placedAt" timestamptz, traceparent text)`
}

const close = async (tx: Tx, ended: readonly Said<'order.completed' | 'order.cancelled'>[]) => {
  if (ended.length === 0) return
  const rows = ended.map(({ subject: id, type, time: endedAt, data }) => ({ ...data, id, status: type.replace('order.', ''), endedAt }))
  await tx.$executeRaw`
    update orders set status = r.status, reason = r.reason, ended_at = r."endedAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, status order_status, reason text, "endedAt" timestamptz)
    where orders.id = r.id`
}

const remember = async (tx: Tx, happened: readonly Event[]) => {
  if (happened.length === 0) return
  const rows = happened.map(({ id, subject, type, time }) => ({ id, subject, type, time }))
  await tx.$executeRaw`
    insert into timeline (event_id, order_id, type, at)
    select id, subject, type, time
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, subject uuid, type text, time timestamptz)
    on conflict do nothing`
}
