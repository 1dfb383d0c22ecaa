import { passing } from '../crash.ts'
import { log } from '../log.ts'
import { silently } from '../tracing.ts'
import type { Guest } from './broker.ts'
import { forgettingConfirmed } from './confirmed.ts'
import { confirming, type Publish } from './confirming.ts'
import { freshlyWritten, type Written } from './fresh.ts'
import type { Session } from './leadership.ts'
import { type Held, type Row, sending } from './sending.ts'

export type Relay = Guest & {
  readonly lead: (session: Session) => void
  readonly unlead: () => void
  readonly wake: () => void
  /** sends what has just been committed, as it is, where its order allows it; the rest is claimed */
  readonly send: (written: readonly Written[]) => void
  /** orders that cannot go on, since the broker refuses one of their events: order → which and why */
  readonly held: () => ReadonlyMap<string, Held>
  /** sends what it can, for 1 s at most */
  readonly stop: () => Promise<void>
}

const batch = 200
const sweep = 1_000
const claim = `select id::text, event_id as "eventId", subject, type, traceparent, tracestate, body, at from messaging.outbox
  where subject <> all($1::text[]) order by id limit ${batch}`

/**
 * Publishes what the outbox holds, in the order of commit per order, with confirms and `mandatory`, and forgets a row only once the broker
 * has confirmed it: every event reaches the broker at least once. No event is sent while an earlier one of its order is unconfirmed; one that
 * is refused, even if the broker closes the channel because of it, stops its own order only, and is tried again with each sweep. What this
 * process has just committed is not read again; rows are forgotten many at a time. It is woken after commits; the sweep, once a second, is the
 * net. `forgot` is told how many rows it has forgotten.
 */
export const relaying = (service: string, says: readonly string[], forgot: (rows: number) => void = () => {}): Relay => {
  const { held, all } = sending(service, says)
  const fresh = freshlyWritten()
  let session: Session | undefined
  let publish: Publish | undefined
  let closed: Publish | undefined
  let blocked = false
  let working: Promise<void> | undefined
  let woken = false
  let due = false
  let passedOver = false
  let timer: NodeJS.Timeout | undefined

  const trust = () => {
    closed = undefined
  }
  const forget = forgettingConfirmed((rows) => {
    forgot(rows.length)
    fresh.forget(rows)
    if (passedOver) wake()
    passedOver = false
  })
  const put = async (to: Publish, rows: readonly Row[]) => {
    const alone = closed !== undefined
    const fate = { lost: () => to !== publish, closed: () => to === closed, found: trust }
    const confirmed = await all(to, rows, fate, alone)
    if (alone && to !== closed) trust()
    if (confirmed.length > 0) passing('after publish before mark')
    fresh.confirm(confirmed)
    forget.soon(confirmed)
    if (confirmed.length === rows.length) return
    fresh.leave(rows)
    woken = true
  }
  const claimed = async (from: Session, sweeping: boolean): Promise<Row[]> => {
    await forget.now()
    const others = fresh.orders()
    passedOver ||= others.length > 0 && !sweeping
    const { rows } = await from.query<Row>({ name: 'claim', text: claim, values: [[...(sweeping ? [] : held.keys()), ...others]] })
    return rows
  }
  const work = async () => {
    while (session && publish && !blocked) {
      const rows = fresh.next(batch)
      if (rows.length > 0) await put(publish, rows)
      else if (!woken) return
      if (!woken || blocked || !session || !publish) continue
      const sweeping = due
      const to = publish
      woken = due = false
      const found = await claimed(session, sweeping)
      if (found.length === batch) woken = true
      await put(to, found)
      if (sweeping) due = false // who is not held goes first, however long that took
    }
  }
  const begin = () => {
    if (working || !session || !publish || blocked) return
    working = silently(work).then(
      () => {
        working = undefined
        if (woken || !fresh.isEmpty()) begin() // somebody came in the moment in which it had ended
      },
      (error: Error) => {
        working = undefined
        log.warn({ reason: error.message }, 'the relay pauses')
      },
    )
  }
  const wake = (sweeping = false) => {
    woken = true
    due ||= sweeping
    begin()
  }

  return {
    lead(leading) {
      session = leading
      forget.on(leading)
      timer = setInterval(() => wake(true), sweep)
      wake()
    },
    unlead() {
      session = undefined
      forget.on(undefined)
      held.clear()
      fresh.clear()
      clearInterval(timer)
    },
    arrive(channel) {
      const mine = confirming(channel)
      channel.on('error', () => {
        closed = mine
      })
      channel.on('close', () => {
        if (publish === mine) publish = undefined
      })
      publish = mine
      blocked = false
      wake()
    },
    leave: () => {
      publish = undefined
    },
    hold: (wait) => {
      blocked = wait
      if (!wait) wake()
    },
    wake: () => wake(),
    send(written) {
      const ready = session && publish && !blocked && !closed
      if (ready && fresh.add(written, held)) begin()
      else wake()
    },
    held: () => held,
    async stop() {
      clearInterval(timer)
      wake()
      await Promise.race([working, new Promise((resolve) => setTimeout(resolve, 1_000))])
      await silently(forget.now).catch(() => {})
      session = undefined
    },
  }
}
