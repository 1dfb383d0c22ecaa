import { orderEvents } from '@pas-de-cinq/order/events'
import { choreography } from '@pas-de-cinq/shared/choreography'
import { evolve, initial, release, reserve, status, withdraw } from './decisions.ts'
import { inventoryEvents } from './events.ts'

const unheard = ['inventory.withdrawn', 'inventory.released'] as const

export const inventory = choreography({ says: inventoryEvents, hears: orderEvents, initial, evolve, status, unheard }, ({ when }) => [
  when('order.placed',    { decide: reserve,  says: ['inventory.reserved', 'inventory.rejected'] }),
  when('order.completed', { decide: withdraw, says: ['inventory.withdrawn'] }),

  // compensation
  when('order.cancelled', { decide: release,  says: ['inventory.released'], undoes: 'inventory.reserved' }),
])
