import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { Said } from '../demo/listen.ts'
import { standing } from '../shop.ts'
import type { Kind } from './mix.ts'

export type Placed = {
  readonly kind: Kind
  readonly orderId: string
  readonly traceId: string
  /** when it should have been placed, in milliseconds of the epoch: what it waited for before counts */
  readonly due: number
  /** how it may end */
  readonly ends: readonly string[]
}
export type Account = { readonly times: RecordableHistogram; placed: number; well: number }
export type Ledger = ReturnType<typeof ledger>

const recent = 20
const mostEarly = 10_000 // others' orders are among them, and what is said twice

/** What has been placed, and what has become of it. */
export const ledger = () => {
  const open = new Map<string, Placed>()
  const early = new Map<string, Said>()
  const accounts = new Map<string, Account>()
  const all: Account = { times: createHistogram(), placed: 0, well: 0 }
  const wrong: string[] = []
  const ended: Placed[] = []

  const accountOf = ({ name }: Kind) => {
    const account = accounts.get(name) ?? { times: createHistogram(), placed: 0, well: 0 }
    accounts.set(name, account)
    return account
  }
  const close = (order: Placed, end: string, at: number) => {
    open.delete(order.orderId)
    if (!order.ends.includes(end)) return wrong.push(`${order.orderId}, ${order.kind.name}: ${end}, not ${order.ends.join(' or ')}`)
    for (const account of [all, accountOf(order.kind)]) {
      account.times.record(Math.max(1, Math.round(at - order.due)))
      account.well++
    }
    ended.push(order)
    if (ended.length > recent) ended.shift()
  }
  const endOf = ({ type, data }: Said) => standing({ status: type.replace('order.', ''), reason: data['reason'] })

  return {
    open,
    accounts,
    all,
    wrong,
    /** the orders that have ended last */
    ended: ended as readonly Placed[],
    placed(order: Placed) {
      for (const account of [all, accountOf(order.kind)]) account.placed++
      open.set(order.orderId, order)
      const event = early.get(order.orderId)
      early.delete(order.orderId)
      if (event) close(order, endOf(event), Date.parse(event.time))
    },
    /** an event that ends an order, which may come before the answer to whoever has placed it */
    heard(event: Said) {
      const order = open.get(event.correlationid)
      if (order) return void close(order, endOf(event), Date.parse(event.time))
      early.set(event.correlationid, event)
      if (early.size > mostEarly) early.delete(early.keys().next().value as string)
    },
    close,
  }
}
