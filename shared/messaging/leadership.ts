import pg from 'pg'
import { coalescing } from '../coalescing.ts'
import { log } from '../log.ts'
import { silently } from '../tracing.ts'
import type { Written } from './fresh.ts'

/** The session that holds the lock: whoever has it leads, and all that the leader does to the outbox goes through it. */
export type Session = Pick<pg.Client, 'query'>

/** What an instance does while it leads. */
export type Led = {
  readonly lead: (session: Session) => void
  readonly unlead: () => void
  /** looks into the outbox: something has been written, here or elsewhere */
  readonly wake: () => void
  /** sends what has just been committed here, as it is, where its order allows it; the rest is claimed */
  readonly send: (written: readonly Written[]) => void
}

/** This instance's part in who leads. `stop` lets another one lead. */
export type Leadership = {
  /** has the leader, wherever it runs, publish what has just been committed */
  readonly publish: (written: readonly Written[]) => void
  readonly leads: () => boolean
  readonly stop: () => Promise<void>
}

const key = 7_205_759_403
const beat = 2_000
const channel = 'outbox'
const fit = "current_setting('transaction_read_only') = 'off' as fit" // a session that began while nothing could be written stays so
const beating = `select ${fit}`
const leading = `select pg_try_advisory_lock($1) as mine, ${fit}`

/**
 * Makes one instance per database the leader, by an advisory lock on a session of its own. The session ends after 6 s without a sign of
 * life, and a heartbeat comes every 2: a leader that freezes or dies gives way, and another takes over within seconds. It does not wait for the
 * disk: a row that it has forgotten and that comes back when PostgreSQL dies is said again, and heard once.
 */
export const leadership = (connectionString: string, relay: Led): Leadership => {
  let session: pg.Client | undefined
  let leads = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const lose = (client: pg.Client) => {
    if (session !== client) return
    session = undefined
    if (leads) {
      leads = false
      log.info('no longer leads the relay')
      relay.unlead()
    }
    void client.end().catch(() => {})
  }

  const open = async () => {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: 3_000,
      query_timeout: 5_000,
      keepAlive: true,
      pipeline: true,
    })
    client
      .on('error', () => lose(client))
      .on('end', () => lose(client))
      .on('notification', relay.wake)
    await client.connect()
    await client
      .query("set idle_session_timeout = '6s'; set synchronous_commit = off")
      .catch((error: Error) => client.end().then(() => Promise.reject(error)))
    if (stopped) return void (await client.end())
    session = client
  }

  const step = async () => {
    try {
      if (!session) await open()
      const client = session
      if (!client) return
      const { rows } = await client.query<{ mine: boolean; fit: boolean }>(leads ? beating : leading, leads ? [] : [key])
      if (!rows[0]?.fit) return lose(client)
      if (leads || !rows[0].mine || session !== client) return
      await client.query(`listen ${channel}`)
      if (session !== client) return
      leads = true
      log.info('leads the relay')
      relay.lead(client)
    } catch {
      if (session) lose(session)
    }
  }
  const live = async () => {
    await step()
    if (!stopped) timer = setTimeout(() => void live(), session ? beat : 500)
  }
  silently(() => void live())

  const knock = coalescing(async () => {
    if (leads) relay.wake()
    else await session?.query(`notify ${channel}`).catch(() => {}) // the sweep will find it
  })

  return {
    publish: (written) => {
      if (leads) relay.send(written)
      else silently(() => void knock())
    },
    leads: () => leads,
    async stop() {
      stopped = true
      clearTimeout(timer)
      if (session) await session.end().catch(() => {})
    },
  }
}
