import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { log } from '../log.ts'
import { answered, farewell } from './answered.ts'
import { whole } from './topology.ts'

/** Somebody who works on a channel of the broker's, for as long as there is one. */
export type Guest = {
  /** a new connection is there; the old channel, if there was one, is dead */
  readonly arrive: (channel: ConfirmChannel) => unknown
  /** the connection is lost; nothing more comes from that channel */
  readonly leave?: () => void
  /** the broker asks publishers to wait, or no longer */
  readonly hold?: (held: boolean) => void
}

/**
 * Those who work on one connection, whichever it is at the time. `setup` gives each a confirm channel on a new one, all of them before the first
 * arrives. @throws when the topology is not whole, there is no answer within 15 s, or the connection is lost meanwhile: it is ended then
 */
export const welcoming = (guests: readonly Guest[]) => {
  const left = () => {
    for (const { leave } of guests) leave?.()
  }

  const open = async (model: ChannelModel) => {
    const channel = await model.createConfirmChannel()
    channel.on('error', (error: Error) => log.warn({ reason: error.message }, 'channel closed by the broker'))
    channel.on('close', () => {
      left()
      void farewell(model)
    })
    return channel
  }
  const receive = async (model: ChannelModel) => {
    let lost = false
    model
      .on('error', () => {})
      .on('close', () => {
        lost = true
      })
    await refuseUnlessWhole(model)
    const channels = new Map<Guest, ConfirmChannel>()
    for (const guest of guests) channels.set(guest, await open(model))
    for (const [{ arrive }, channel] of channels) await arrive(channel)
    if (lost) throw new Error('the connection was lost while it was made')
  }
  const setup = async (model: ChannelModel) => {
    try {
      await answered(model, () => receive(model))
    } catch (error) {
      left()
      await farewell(model)
      throw error
    }
  }
  return {
    setup,
    left,
    hold: (held: boolean) => {
      for (const guest of guests) guest.hold?.(held)
    },
  }
}

const refuseUnlessWhole = async (model: ChannelModel) => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  await channel.checkExchange(whole).catch(() => {
    throw new Error('the topology is not whole yet: the topology step has to run')
  })
  await channel.close()
}
