import type { Socket } from 'node:net'
import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import { inTime } from '../in-time.ts'
import { log } from '../log.ts'
import { whole } from './topology.ts'

type BrokerState = { is: 'up' } | { is: 'blocked'; reason: string } | { is: 'away'; reason: string }

/** Somebody who works on a channel of the broker's, for as long as there is one. */
export type Guest = {
  /** a new connection is there; the old channel, if there was one, is dead */
  readonly arrive: (channel: ConfirmChannel) => unknown
  /** the connection is lost; nothing more comes from that channel */
  readonly leave?: () => void
  /** the broker asks publishers to wait, or no longer */
  readonly hold?: (held: boolean) => void
}

export type Broker = { readonly start: () => void; readonly state: () => BrokerState; readonly stop: () => Promise<void> }

/**
 * From `start` on, keeps one connection to the broker, without delay by Nagle, and gives each guest a confirm channel of its own on every new one.
 * Connects again for ever, with growing pauses of up to 2 s; a broker whose topology is not whole counts as away, and so does one that has not
 * answered for 15 s.
 */
export const brokerAt = (url: string, name: string, guests: readonly Guest[]): Broker => {
  let state: BrokerState = { is: 'away', reason: 'not reached yet' }
  const turn = (next: BrokerState) => {
    if (next.is !== state.is)
      log[next.is === 'up' ? 'info' : 'warn']({ reason: 'reason' in next ? next.reason : undefined }, `broker ${next.is}`)
    state = next
  }

  const left = () => {
    for (const { leave } of guests) leave?.()
  }

  const setup = async (model: ChannelModel) => {
    model.on('error', () => {})
    await refuseUnlessWhole(model)
    for (const { arrive } of guests) {
      const channel = await model.createConfirmChannel()
      channel.on('error', (error: Error) => log.warn({ reason: error.message }, 'channel closed by the broker'))
      channel.on('close', () => {
        left()
        void inTime(patience, () => model.close(), silent(model)).catch(() => {})
      })
      await arrive(channel)
    }
  }
  const setupInTime = (model: ChannelModel) => inTime(patience, () => setup(model), silent(model))
  const recovery = { initialDelay: 100, maxDelay: 2_000, waitForConnect: false, setup: setupInTime }
  const options = { noDelay: true, timeout: 5_000, clientProperties: { connection_name: name }, recovery }
  const open = async () => {
    const connection = await amqp.connect(withHeartbeat(url), options)
    connection.on('connect', () => turn({ is: 'up' }))
    connection.on('disconnect', (error: Error) => {
      turn({ is: 'away', reason: error.message })
      left()
    })
    connection.on('connect-failed', (error: Error) => turn({ is: 'away', reason: error.message || String(error) }))
    connection.on('blocked', (reason: string) => {
      turn({ is: 'blocked', reason: String(reason) })
      for (const guest of guests) guest.hold?.(true)
    })
    connection.on('unblocked', () => {
      turn({ is: 'up' })
      for (const guest of guests) guest.hold?.(false)
    })
    connection.on('error', () => {})
    return connection
  }

  let connection: ReturnType<typeof open> | undefined
  return {
    start: () => {
      connection ??= open()
    },
    state: () => state,
    stop: async () => void (await (await connection)?.close().catch(() => {})),
  }
}

const silent = (model: ChannelModel) => () => {
  const fault = new Error('the broker takes the connection, and does not answer')
  ;(model.connection as unknown as { stream: Socket }).stream.destroy(fault) // told so, amqplib waits for no farewell
  return fault
}

const refuseUnlessWhole = async (model: ChannelModel) => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  await channel.checkExchange(whole).catch(() => {
    throw new Error('the topology is not whole yet: the topology step has to run')
  })
  await channel.close()
}

const patience = 15_000

// The broker gives up who is silent for two to three beats, and hands what they held to others: an instance that freezes holds it for 12 s at most.
const heartbeat = '4'

const withHeartbeat = (url: string) => {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', heartbeat)
  return parsed.href
}
