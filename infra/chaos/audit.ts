import { setTimeout as delay } from 'node:timers/promises'
import { type Asked, asking, type Mails, parts, type Urls } from '../audit/ask.ts'
import { inParallel } from '../audit/audit.ts'
import { type Fault, verdictOn } from '../audit/judge.ts'
import { tallying } from '../audit/stock.ts'
import { type Mail, standing } from '../shop.ts'
import type { Bought } from './customers.ts'
import { atRest } from './rest.ts'
import type { World } from './world.ts'

/** An order, and the address that its customer alone has. */
export type Sold = Bought & { readonly email: string }

/** Nothing may be missing any more. */
const noGrace = { deadline: -1, settling: 0, mailsSince: 0, crashed: true }

/**
 * Waits for as long as `patience` milliseconds until `npm run audit` would find nothing wrong with these orders, with what else their customers were
 * sent, and with the stock. Resolves to when the orders were right, what was wrong in the end, and how many letters went out twice.
 */
export const audited = async (world: World, sold: readonly Sold[], patience: number, told: (well: number) => void) => {
  const asked = asking(Object.fromEntries(parts.map((part) => [part, world.addresses[part]?.url])) as Urls)
  const deadline = Date.now() + patience
  const inTime = async (done: () => Promise<boolean>) => {
    while (!(await done().catch(() => false)) && Date.now() < deadline) await delay(100)
    return Date.now()
  }
  let open = sold
  const at = await inTime(async () => {
    open = (await judged(asked, open)).wrong
    told(sold.length - open.length)
    return open.length === 0
  })
  await inTime(() => atRest(world))
  await inTime(async () => (await stockFaults(asked)).length === 0)
  const { faults, again } = await judged(asked, sold)
  return { at, again, faults: [...faults, ...unbidden(await world.shop.mails(), sold), ...(await stockFaults(asked))] }
}

const judged = async (asked: Asked, sold: readonly Sold[]) => {
  const mails = await asked.mails()
  const faults: Fault[] = []
  const wrong: Sold[] = []
  await inParallel(sold, async (one) => {
    const found = await faultsOf(asked, one, mails)
    if (found.length > 0) wrong.push(one)
    faults.push(...found.map(({ is, what }) => ({ is, what: `${one.orderId}: ${what}` })))
  })
  const sent = sold.map(({ orderId }) => mails.byOrder.get(orderId) ?? [])
  return { faults, wrong, again: sent.reduce((sum, ids) => sum + ids.length - new Set(ids).size, 0) }
}

const faultsOf = async (asked: Asked, { orderId, ends }: Sold, mails: Mails): Promise<readonly Fault[]> => {
  const order = await asked.order(orderId)
  if (!order) return [{ is: 'lost', what: 'order knows nothing of it' }]
  const verdict = verdictOn(await asked.evidenceOf(order, mails), { ...noGrace, now: Date.now() })
  const faults = verdict.is === 'broken' ? verdict.faults : []
  const end = standing(order)
  if (order.status === 'placed' || ends.includes(end)) return faults
  return [...faults, { is: 'lost', what: `it has ended ${end}, not ${ends.join(' or ')}` }]
}

/** Letters to these customers about orders that they have not placed. */
const unbidden = (mails: readonly Mail[], sold: readonly Sold[]): Fault[] => {
  const own = new Map(sold.map(({ email, orderId }) => [email, orderId]))
  return mails.flatMap(({ headers, to }): Fault[] => {
    const id = headers['message-id'] ?? ''
    const theirs = own.get(to[0]?.address ?? '')
    return theirs && !id.startsWith(`<${theirs}.`) ? [{ is: 'doubled', what: `${theirs}: its customer has the letter ${id}` }] : []
  })
}

const stockFaults = async (asked: Asked): Promise<Fault[]> => {
  const levels = await asked.stock()
  const tally = tallying({ settling: 0, now: Date.now() })
  for await (const order of asked.orders()) tally.add(order)
  return tally.faultsOf(levels)
}
