import { hearing } from '@pas-de-cinq/shared/hear'
import { consume } from '@pas-de-cinq/shared/messaging/consumer'
import type { Guest } from '@pas-de-cinq/shared/messaging/guests'
import { relaying } from '@pas-de-cinq/shared/messaging/relay'
import { handingOn } from '@pas-de-cinq/shared/messaging/retry'
import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { performing } from '@pas-de-cinq/shared/perform'
import type { Broker } from './broker.ts'
import type { Part } from './cast.ts'
import { type Channel, channelOf } from './channel.ts'
import type { Mistake, Shell } from './mistakes.ts'
import { life } from './scheduler.ts'
import type { World } from './world.ts'

/** The pauses before the second and the third attempt, in milliseconds. */
export const delays = [500, 2_000]

export type Instance = ReturnType<typeof instance>
/** Which instance of a service leads its relay. */
export type Seat = { leader?: Instance | undefined }

/** One process of a service: the real shell, relay, consumer and retries, on a database and a broker in memory. */
export const instance = (
  world: World,
  broker: Broker,
  part: Part,
  nr: number,
  seat: Seat,
  { ground: mistaken, channel: misused, session: misled }: Mistake,
) => {
  const { name, choreography, db, plumbing } = part
  const self = life(`${name}/${nr}`)
  const relay = relaying(name, Object.keys(choreography.says))
  const knock = () => world.soon(undefined, () => seat.leader?.wake())
  const spoken: Shell['spoken'] = (_, written) => (seat.leader?.self === self ? relay.send(written) : knock())
  const sound = { ...part.groundOf(self), spoken }
  const ground = mistaken?.(sound, { part, of: self }) ?? sound
  const { handOn, ...handing } = handingOn(name)
  const types = new Set(heardBy(choreography))
  const suspects = plumbing.suspectsOf(self)
  const consumer = consume({ service: name, hears: choreography.hears, types, delays, hear: hearing(ground), handOn, suspects })

  const connected = (guests: readonly Guest[]) => {
    let channels: Channel[] = []
    const open = () =>
      world.soon(self, () => {
        lose() // whoever opens anew has no other connection
        channels = guests.map(({ arrive }) => {
          const channel = channelOf(broker, world, self)
          void arrive(misused?.(channel.asReal) ?? channel.asReal)
          return channel
        })
      })
    const lose = () => {
      for (const channel of channels) channel.lose()
      channels = []
    }
    open()
    const hold = (blocked: boolean) => {
      for (const guest of guests) guest.hold?.(blocked)
    }
    return {
      lose,
      wait: () => {
        hold(true)
        setTimeout(() => self.alive && hold(false), delays[0])
      },
      again: () => {
        lose()
        for (const { leave } of guests) leave?.()
        open()
      },
      unacked: () => channels.reduce((sum, channel) => sum + channel.unacked(), 0),
    }
  }
  const connections = [connected([relay, handing]), connected([consumer])]

  const it = {
    self,
    part,
    perform: performing(ground),
    wake: relay.wake,
    compete: () =>
      world.soon(self, () => {
        if (seat.leader) return
        seat.leader = it
        const session = plumbing.session(self)
        relay.lead(misled?.(session) ?? session)
      }),
    unacked: () => connections.reduce((sum, { unacked }) => sum + unacked(), 0),
    /** each service has two connections, one to speak and one to hear */
    loseConnection: (choice: number) => connections[choice % connections.length]?.again(),
    /** as when the broker has no memory left: what is said waits */
    wait: () => connections[0]?.wait(),
    loseConnections: () => {
      for (const { again } of connections) again()
    },
    crash: () => {
      world.note(self.name, 'crashes')
      self.alive = false
      world.forget(self)
      db.abandon(self)
      for (const { lose } of connections) lose()
      relay.unlead()
      if (seat.leader === it) seat.leader = undefined
    },
  }
  it.compete()
  return it
}
