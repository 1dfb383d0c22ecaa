import { passing } from '../crash.ts'
import { inTime } from '../in-time.ts'
import { log } from '../log.ts'
import { silently } from '../tracing.ts'
import { confirming, type Publish } from './confirming.ts'
import type { Guest } from './guests.ts'
import type { Led, Session } from './leadership.ts'
import { type Held, type Row, sending } from './sending.ts'
import { batch, unsaid } from './unsaid.ts'

/** Who brings to the broker what the outbox holds, for as long as it leads. */
export type Relay = Guest &
  Led & {
    /** orders that cannot go on, since the broker refuses one of their events: order → which and why */
    readonly held: () => ReadonlyMap<string, Held>
    /** sends what it can, for 1 s at most */
    readonly stop: () => Promise<void>
  }

/**
 * Publishes what the outbox holds, in the order of commit per order, with confirms and `mandatory`, and forgets a row only once the broker
 * has confirmed it: every event reaches the broker at least once. No event is sent while an earlier one of its order is unconfirmed; one that
 * is refused, even if the broker closes the channel because of it, stops its own order only, and is tried again with a sweep: each sweep tries
 * the 200 orders that have waited longest for that, and the next follows at once while the broker takes them all. What this process has just
 * committed is not read again; rows are forgotten many at a time. It is woken after commits; the sweep, once a second, is the net. `forgot` is
 * told how many rows it has forgotten.
 */
export const relaying = (service: string, says: readonly string[], forgot: (rows: number) => void = () => {}): Relay => {
  const { held, all, closed, isSearching } = sending(service, says)
  let session: Session | undefined
  let publish: Publish | undefined
  let blocked = false
  let woken = false
  let sweepDue = false
  let busy = false
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  const ready = () => (session && publish && !blocked ? { session, publish } : undefined)
  const begin = () => {
    if (!busy && ready()) working = silently(work)
  }
  const wake = () => {
    woken = true
    begin()
  }
  const sweep = () => {
    sweepDue = true
    begin()
  }
  const waiting = unsaid(forgot, wake)

  const put = async (to: Publish, rows: readonly Row[]): Promise<boolean> => {
    const confirmed = await all(to, rows, () => to !== publish)
    if (confirmed.length > 0) passing('after publish before mark')
    waiting.confirmed(confirmed)
    if (confirmed.length === rows.length) return true
    waiting.leave(rows)
    woken = true
    return false
  }
  const putClaimed = async (by: { session: Session; publish: Publish }) => {
    await waiting.forgetConfirmed()
    const [news, sweeping] = [woken, sweepDue]
    woken = sweepDue = false
    const { rows, more } = await waiting.claimed(by.session, { news, besides: [...held.keys()].slice(sweeping ? batch : 0) })
    woken ||= more
    const taken = await put(by.publish, rows)
    if (sweeping) sweepDue = taken && more // after a refusal who is not held goes first, however long that took
  }
  const work = async () => {
    busy = true
    try {
      for (let by = ready(); by; by = ready()) {
        const rows = waiting.next()
        if (rows.length > 0) await put(by.publish, rows)
        else if (!woken && !sweepDue) return
        const still = ready()
        if (still && (woken || sweepDue)) await putClaimed(still)
      }
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the relay pauses')
    } finally {
      busy = false
    }
  }

  return {
    lead(leading) {
      session = leading
      waiting.begin(leading)
      timer = setInterval(sweep, 1_000)
      wake()
    },
    unlead() {
      session = undefined
      waiting.end()
      held.clear()
      clearInterval(timer)
    },
    arrive(channel) {
      const mine = confirming(channel)
      channel.on('error', () => closed(mine))
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
    wake,
    send(written) {
      if (ready() && !isSearching() && waiting.add(written, held)) begin()
      else wake()
    },
    held: () => (session ? held : new Map()),
    async stop() {
      clearInterval(timer)
      wake()
      const lastWords = async () => {
        await working
        await silently(waiting.forgetConfirmed)
      }
      await inTime(1_000, lastWords, () => new Error('the relay has to go')).catch(() => {})
      session = undefined
    },
  }
}
