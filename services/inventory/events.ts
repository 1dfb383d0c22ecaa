import { Line } from '@pas-de-cinq/order/events'
import { type EventOf, says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'

const OfOrder = z.object({ orderId: z.string() })
const Held = OfOrder.extend({ lines: z.array(Line.pick({ sku: true, quantity: true })).nonempty() })

export const inventoryEvents = says('inventory', {
  'inventory.reserved': Held,
  'inventory.rejected': OfOrder.extend({ missing: z.array(z.string()).nonempty() }),
  'inventory.released': Held,
  'inventory.withdrawn': Held,
})
export type InventoryEvent<T extends keyof typeof inventoryEvents = keyof typeof inventoryEvents> = EventOf<typeof inventoryEvents, T>
