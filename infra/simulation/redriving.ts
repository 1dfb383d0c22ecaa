import { confirming } from '@pas-de-cinq/shared/messaging/confirming'
import { deadLetterOf } from '@pas-de-cinq/shared/messaging/dead-letters'
import type { InHand } from '@pas-de-cinq/shared/messaging/dead-queue'
import { sendAgain } from '@pas-de-cinq/shared/messaging/redrive'
import type { Broker } from './broker.ts'
import { channelOf } from './channel.ts'
import { life } from './scheduler.ts'
import type { World } from './world.ts'

/** Sends every dead letter again, as `npm run dead` does. Who is at it when it is called anew is killed: what was in hand returns. */
export const redriving = (world: World, broker: Broker) => {
  let kill = () => {}

  return () => {
    kill()
    const you = life('you')
    const channels = broker
      .deadLetters()
      .map(({ name }) => ({ service: name.replace('.dead', ''), channel: channelOf(broker, world, you) }))
    kill = () => {
      you.alive = false
      world.forget(you)
      for (const { channel } of channels) channel.lose()
    }
    for (const { service, channel } of channels) {
      world.note('you', `send the dead letters of ${service} again`)
      const letters = channel.taken(`${service}.dead`).map((message) => deadLetterOf(service, message))
      const real = channel.asReal
      const publish = confirming(real)
      const connection = undefined as never // for what the broker gave up, which there is none of here
      const inHand: InHand = { service, letters, beyond: 0, connection, publish, settle: ({ message }) => real.ack(message as never) }
      void sendAgain(inHand, letters)
    }
  }
}
