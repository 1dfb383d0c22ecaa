import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { InventoryEvent } from './events.ts'

export type Lines = InventoryEvent<'inventory.reserved'>['data']['lines']
export type Level = { readonly available: number; readonly reserved: number; readonly shipped: number }
export type Stock = ReadonlyMap<string, Level>
export type Hold =
  | { readonly status: 'none' | 'refused' }
  | { readonly status: 'held' | 'released' | 'withdrawn'; readonly lines: Lines }
export type Holding = { readonly hold: Hold; readonly stock: Stock }

export const initial: Holding = { hold: { status: 'none' }, stock: new Map() }
export const status = ({ hold }: Holding) => hold.status

export const reserve = (
  { hold, stock }: Holding,
  { data: { orderId, lines } }: OrderEvent<'order.placed'>,
): InventoryEvent<'inventory.reserved' | 'inventory.rejected'>[] => {
  if (hold.status !== 'none') return []
  const missing = [...wanted(lines)].filter(([sku, quantity]) => quantity > (stock.get(sku)?.available ?? 0)).map(([sku]) => sku)
  return missing.length > 0
    ? [{ type: 'inventory.rejected', data: { orderId, missing } }]
    : [{ type: 'inventory.reserved', data: { orderId, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) } }]
}

export const release = ({ hold }: Holding, { data: { orderId } }: OrderEvent<'order.cancelled'>): InventoryEvent<'inventory.released'>[] =>
  hold.status === 'held' ? [{ type: 'inventory.released', data: { orderId, lines: hold.lines } }] : []

export const withdraw = ({ hold }: Holding, { data: { orderId } }: OrderEvent<'order.completed'>): InventoryEvent<'inventory.withdrawn'>[] =>
  hold.status === 'held' ? [{ type: 'inventory.withdrawn', data: { orderId, lines: hold.lines } }] : []

export const evolve = ({ hold, stock }: Holding, event: InventoryEvent | OrderEvent): Holding => {
  switch (event.type) {
    case 'inventory.reserved':  return moved('held', 'available', 'reserved', event.data, stock)
    case 'inventory.released':  return moved('released', 'reserved', 'available', event.data, stock)
    case 'inventory.withdrawn': return moved('withdrawn', 'reserved', 'shipped', event.data, stock)
    case 'inventory.rejected':  return { hold: { status: 'refused' }, stock }
    case 'order.cancelled':     return { hold: hold.status === 'none' ? { status: 'refused' } : hold, stock } // before it was placed, as heard here
    case 'order.placed':
    case 'order.completed':     return { hold, stock }
  }
}

const wanted = (lines: Lines) => {
  const pieces = new Map<string, number>()
  for (const { sku, quantity } of lines) pieces.set(sku, (pieces.get(sku) ?? 0) + quantity)
  return pieces
}

const moved = (status: 'held' | 'released' | 'withdrawn', from: keyof Level, to: keyof Level, { lines }: { lines: Lines }, before: Stock): Holding => {
  const stock = new Map(before)
  for (const { sku, quantity } of lines) {
    const level = stock.get(sku) ?? { available: 0, reserved: 0, shipped: 0 }
    stock.set(sku, { ...level, [from]: level[from] - quantity, [to]: level[to] + quantity })
  }
  return { hold: { status, lines }, stock }
}
