import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { choreographies } from '../choreographies.ts'
import type { PartState, State } from '../native/run-folder.ts'
import { shopAt } from '../shop.ts'
import { brokerOf } from './broker.ts'
import { livesOf } from './lives.ts'
import { partsOf } from './parts.ts'
import { undoing } from './undo.ts'

/** A running system, and all that can be done to it. */
export type World = Awaited<ReturnType<typeof worldIn>>

export const worldIn = async (folder: string, { parts: addresses }: State) => {
  const undo = undoing()
  const parts = partsOf(folder, undo)
  const tables = Object.entries(await choreographies())
  return {
    addresses,
    contained: Object.values(addresses).some(({ container }) => container),
    parts,
    equipped: livesOf(folder, parts, undo),
    broker: brokerOf(() => addresses['rabbitmq'] as PartState, undo),
    undo,
    shop: shopAt(() => addresses),
    /** the services, and those of them that ask the outside */
    services: tables.map(([name]) => name),
    asking: tables.flatMap(([name, { reactions }]) => (reactions.some(({ ask }) => ask) ? [name] : [])),
    /** the event types that a service hears, and who hears a type */
    heardBy: (service: string) => tables.flatMap(([name, table]) => (name === service ? heardBy(table) : [])),
    hearersOf: (type: string) => tables.flatMap(([name, table]) => (heardBy(table).includes(type) ? [name] : [])),
  }
}
