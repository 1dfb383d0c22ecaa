import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { deadQueue, ownExchange } from '@pas-de-cinq/shared/messaging/topology'
import { taken } from './deliveries.ts'
import type { Fault } from './faults.ts'
import type { World } from './world.ts'

const poisons: readonly string[] = ['', 'no JSON {', 'null', '{"specversion":"1.0"}', `{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`]
const patience = 30_000

/** What nobody can read comes to every service; each has to lay it aside, and is then rid of it. */
export const poisoned: Fault = {
  name: 'poison for every service',
  strike: ({ broker, services, heardBy }, over) =>
    broker.onChannel(async (channel) => {
      const ids = new Map(services.map((service) => [service, poisons.map(() => randomUUID())]))
      for (const [service, messageIds] of ids)
        for (const [i, messageId] of messageIds.entries())
          channel.publish(ownExchange(service), service, Buffer.from(poisons[i] ?? ''), {
            messageId,
            type: heardBy(service)[0] ?? '',
            persistent: true,
          })
      await channel.waitForConfirms()
      over()
      await Promise.all([...ids].map(([service, messageIds]) => laidAside(broker, service, new Set(messageIds))))
    }),
}

/** Waits for these among the dead letters of a service, and takes them away. */
const laidAside = async (broker: World['broker'], service: string, ids: Set<string>) => {
  for (const deadline = Date.now() + patience; ids.size > 0; await delay(200)) {
    await broker.onChannel(async (channel) => {
      for (const message of await taken(channel, deadQueue(service))) if (ids.delete(message.properties.messageId)) channel.ack(message)
    })
    if (Date.now() > deadline) throw new Error(`${service} has not laid ${ids.size} of ${poisons.length} poisons aside`)
  }
}
