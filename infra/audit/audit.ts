import { setTimeout as delay } from 'node:timers/promises'
import type { Asked } from './ask.ts'
import { type Order, type Rules, type Verdict, verdictOn } from './judge.ts'
import { tallying } from './stock.ts'

export type Report = {
  readonly orders: number
  readonly hold: number
  readonly underWay: number
  readonly broken: readonly { readonly order: Order; readonly faults: readonly string[] }[]
  readonly stock: readonly string[]
}
type Measure = Omit<Rules, 'now' | 'mailsSince'>

const atOnce = 16
const looks = 3
const pause = 1_000

/**
 * Holds the promises against every order there is, with 16 asked about at once. The system may be running meanwhile: a fault counts when it
 * is seen in three looks, a second apart. `told` hears after each order how many it were.
 */
export const auditAll = async (asked: Asked, measure: Measure, told: (orders: number) => void = () => {}): Promise<Report> => {
  const counts = { holds: 0, 'under way': 0, broken: 0 }
  let suspects: Order[] = []
  await judged(asked, asked.orders(), measure, (order, { is }) => {
    counts[is]++
    if (is === 'broken') suspects.push(order)
    told(counts.holds + counts['under way'] + counts.broken)
  })
  let broken: { order: Order; faults: readonly string[] }[] = []
  for (let look = 1; look < looks && suspects.length > 0; look++) {
    await delay(pause)
    broken = []
    await judged(asked, anew(asked, suspects), measure, (order, verdict) => {
      if (verdict.is === 'broken') return broken.push({ order, faults: verdict.faults.map(({ what }) => what) })
      counts.broken--
      counts[verdict.is]++
    })
    suspects = broken.map(({ order }) => order)
  }
  return {
    orders: counts.holds + counts['under way'] + counts.broken,
    hold: counts.holds,
    underWay: counts['under way'],
    broken,
    stock: await stockFaults(asked, measure),
  }
}

const judged = async (
  asked: Asked,
  orders: AsyncIterable<Order> | Iterable<Order>,
  measure: Measure,
  hear: (order: Order, verdict: Verdict) => void,
) => {
  const mails = await asked.mails()
  await inParallel(orders, async (order) => {
    const evidence = await asked.evidenceOf(order, mails)
    hear(order, verdictOn(evidence, { ...measure, now: Date.now(), mailsSince: mails.since }))
  })
}

async function* anew(asked: Asked, orders: readonly Order[]) {
  for (const order of orders) yield (await asked.order(order.orderId)) ?? order
}

const stockFaults = async (asked: Asked, measure: Measure): Promise<string[]> => {
  for (let look = 1; ; look++) {
    const levels = await asked.stock()
    const tally = tallying({ ...measure, now: Date.now() })
    for await (const order of asked.orders()) tally.add(order)
    const faults = tally.faultsOf(levels).map(({ what }) => what)
    if (faults.length === 0 || look === looks) return faults
    await delay(pause)
  }
}

/** Does `work` for each item, for 16 at a time, taking the next one only when one is done. */
export const inParallel = async <T>(items: AsyncIterable<T> | Iterable<T>, work: (item: T) => Promise<unknown>) => {
  const next = (async function* () {
    yield* items
  })()
  const worker = async () => {
    for (let { value, done } = await next.next(); !done; { value, done } = await next.next()) await work(value as T)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
