import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import { log } from '../log.ts'
import { answered, farewell } from './answered.ts'
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

/** A connection to the broker; `stop` ends it for good. `blocked`: the broker takes nothing from who publishes. */
export type Broker = { readonly start: () => void; readonly state: () => BrokerState; readonly stop: () => Promise<void> }

/**
 * From `start` on, keeps one connection to the broker, without delay by Nagle, and gives each guest a confirm channel of its own on every new one.
 * Connects again for ever, with growing pauses of up to 2 s; a broker whose topology is not whole counts as away, and so does one that has not
 * answered for 15 s while a connection is made, or ended.
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
  let latest: ChannelModel | undefined
  const setup = async (model: ChannelModel) => {
    latest = model
    try {
      await answered(model, () => receive(model))
    } catch (error) {
      left()
      await farewell(model)
      throw error
    }
  }
  const recovery = { initialDelay: 100, maxDelay: 2_000, waitForConnect: false, setup }
  const options = { noDelay: true, timeout: 5_000, clientProperties: { connection_name: name }, recovery }
  const connect = async () => {
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

  let connection: ReturnType<typeof connect> | undefined
  return {
    start: () => {
      connection ??= connect()
    },
    state: () => state,
    async stop() {
      const close = async () => (await connection)?.close()
      await (latest ? farewell(latest, close) : close())
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

// The broker gives up who is silent for two to three beats, and hands what they held to others: an instance that freezes holds it for 12 s at most.
const heartbeat = '4'

const withHeartbeat = (url: string) => {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', heartbeat)
  return parsed.href
}
