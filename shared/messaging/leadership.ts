import pg from 'pg'
import { log } from '../log.ts'
import { silently } from '../tracing.ts'

/** The session that holds the lock: whoever has it leads, and all that the leader does to the outbox goes through it. */
export type Session = Pick<pg.Client, 'query'>

export type Leadership = {
  /** tells the leader, wherever it runs, that there is something in the outbox */
  readonly knock: (db: { $executeRawUnsafe: (sql: string) => Promise<unknown> }) => void
  readonly leads: () => boolean
  readonly stop: () => Promise<void>
}

const key = 7_205_759_403
const beat = 2_000
const channel = 'outbox'

/**
 * Makes one instance per database the leader, by an advisory lock on a session of its own. The session ends after 6 s without a sign of
 * life, and a heartbeat comes every 2: a leader that freezes or dies gives way, and another takes over within seconds. It does not wait for the
 * disk: a row that it has forgotten and that comes back when PostgreSQL dies is said again, and heard once.
 * `led` is called when this instance begins to lead, `lost` when it no longer does, `knocked` when another instance has written something.
 */
export const leadership = (
  connectionString: string,
  on: { led: (session: Session) => void; lost: () => void; knocked: () => void },
): Leadership => {
  let session: pg.Client | undefined
  let leads = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let knocking = false
  let again = false

  const lose = (client: pg.Client) => {
    if (session !== client) return
    session = undefined
    if (leads) {
      leads = false
      log.info('no longer leads the relay')
      on.lost()
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
      .on('notification', on.knocked)
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
      if (leads) return void (await client.query('select 1'))
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [key])
      if (!rows[0]?.mine || session !== client) return
      await client.query(`listen ${channel}`)
      leads = true
      log.info('leads the relay')
      on.led(client)
    } catch {
      if (session) lose(session)
    }
  }
  const live = async () => {
    await step()
    if (!stopped) timer = setTimeout(() => void live(), session ? beat : 500)
  }
  silently(() => void live())

  return {
    knock(db) {
      if (leads) return on.knocked()
      again = knocking
      if (knocking) return
      knocking = true
      const done = () => {
        knocking = false
        if (again) this.knock(db)
      }
      silently(() => db.$executeRawUnsafe(`notify ${channel}`).then(done, done))
    },
    leads: () => leads,
    async stop() {
      stopped = true
      clearTimeout(timer)
      if (session) await session.end().catch(() => {})
    },
  }
}
