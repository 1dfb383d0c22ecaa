import amqp, { type ChannelModel } from 'amqplib'
import { log } from '../log.ts'
import { farewell } from './answered.ts'
import { type Guest, welcoming } from './guests.ts'

type BrokerState = { is: 'up' } | { is: 'blocked'; reason: string } | { is: 'away'; reason: string }

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

  const { setup, left, hold } = welcoming(guests)
  let latest: ChannelModel | undefined
  const recovery = { initialDelay: 100, maxDelay: 2_000, waitForConnect: false, setup }
  const options = { noDelay: true, timeout: 5_000, clientProperties: { connection_name: name }, recovery }
  const connect = async () => {
    const connection = await amqp.connect(withHeartbeat(url), options)
    connection.on('connect', (model: ChannelModel) => {
      latest = model
      turn({ is: 'up' })
    })
    connection.on('disconnect', (error: Error) => {
      turn({ is: 'away', reason: error.message })
      left()
    })
    connection.on('connect-failed', (error: Error) => turn({ is: 'away', reason: error.message || String(error) }))
    connection.on('blocked', (reason: string) => {
      turn({ is: 'blocked', reason: String(reason) })
      hold(true)
    })
    connection.on('unblocked', () => {
      turn({ is: 'up' })
      hold(false)
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

// The broker gives up who is silent for two to three beats, and hands what they held to others: an instance that freezes holds it for 12 s at most.
const heartbeat = '4'

const withHeartbeat = (url: string) => {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', heartbeat)
  return parsed.href
}
