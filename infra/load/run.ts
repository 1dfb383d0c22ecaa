import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@pas-de-cinq/shared/testing/eventually'
import pLimit from 'p-limit'
import { overhear } from '../demo/listen.ts'
import type { State } from '../native/run-folder.ts'
import { type Shop, shopAt, standing } from '../shop.ts'
import { hearers, lackingIn, spansOf } from '../traces.ts'
import { arriving } from './arrivals.ts'
import { customers, type Turned } from './customer.ts'
import { type Ledger, ledger, type Placed } from './ledger.ts'
import type { Kind } from './mix.ts'

export type Load = { readonly perSecond: number; readonly seconds: number; readonly kinds: readonly Kind[] }
export type Came = {
  readonly book: Ledger
  readonly turned: Turned
  /** how many of the orders had ended when the last one came */
  readonly endedMeanwhile: number
  /** what is wrong with the traces of those that ended last; undefined where there is no Jaeger */
  readonly traces: { readonly looked: number; readonly faults: readonly string[] } | undefined
}

const look = 1_000
const patience = 180_000
const askedAtOnce = 50

/** Has orders come to the system at that rate for that long, waits until nothing more ends, and looks at what became of each. */
export const loaded = async (
  { parts }: State,
  { perSecond, seconds, kinds }: Load,
  show: (...now: [Ledger, Turned, number]) => void,
  enough: AbortSignal,
): Promise<Came> => {
  const book = ledger()
  const shop = shopAt(() => parts)
  const { send, turned, answered } = customers(shop, book)
  const stop = await overhear(
    parts['rabbitmq']?.url ?? '',
    (event) => /^order\.(completed|cancelled)$/.test(event.type) && book.heard(event),
  )
  const end = Date.now() + seconds * 1_000
  const timer = setInterval(() => show(book, turned, enough.aborted ? 0 : (end - Date.now()) / 1_000), look)
  try {
    await arriving(perSecond, seconds, (nr, due) => send(kinds[nr % kinds.length] as Kind, due), enough)
    const endedMeanwhile = book.all.well
    await answered()
    await drained(book)
    await pLimit(askedAtOnce).map(book.open.values(), (order) =>
      asked(book, order, shop).catch((error: Error) => book.wrong.push(`${order.orderId}: ${error.message}`)),
    )
    const { jaeger } = parts
    return { book, turned, endedMeanwhile, traces: jaeger && (await looked(jaeger.url, book.ended)) }
  } finally {
    clearInterval(timer)
    await stop().catch(() => {})
  }
}

/** Resolves when every order has ended, or none has for three minutes. */
const drained = async ({ open, all }: Ledger) => {
  for (let [since, before] = [Date.now(), all.well]; open.size > 0 && Date.now() - since < patience; await delay(100))
    if (all.well !== before) [since, before] = [Date.now(), all.well]
}

/** What order itself says of an order whose end was not heard. */
const asked = async ({ open, close, wrong }: Ledger, order: Placed, shop: Shop) => {
  const now = await shop.order(order.orderId)
  if (!open.has(order.orderId)) return
  if (now.status === 'placed') wrong.push(`${order.orderId}, ${order.kind.name}: has not ended`)
  else close(order, standing(now), Date.parse(now.endedAt ?? ''))
}

const looked = async (jaeger: string, orders: readonly Placed[]) => {
  const heardBy = await hearers()
  const faultOf = ({ orderId, traceId }: Placed) =>
    eventually(async () => {
      const lacking = lackingIn(await spansOf(traceId, jaeger), heardBy)
      if (lacking) throw new Error(`the trace of ${orderId} lacks ${lacking}`)
    }, patience).then(
      () => [],
      (error: Error) => [error.message],
    )
  return { looked: orders.length, faults: (await Promise.all(orders.map(faultOf))).flat() }
}
