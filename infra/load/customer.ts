import { form, type Shop } from '../shop.ts'
import type { Ledger } from './ledger.ts'
import type { Kind } from './mix.ts'

/** What has been answered to those who are in no ledger. */
export type Turned = { away: number; unsent: number; readonly faults: string[] }

const atOnce = 1_000

/** Customers who come when they are due, wait for an answer, and do not come again. Beyond 1,000 who wait, nobody is sent. */
export const customers = (shop: Shop, { placed }: Ledger) => {
  const turned: Turned = { away: 0, unsent: 0, faults: [] }
  const waiting = new Set<Promise<void>>()

  const buy = async (kind: Kind, due: number) => {
    const response = await shop.post('/orders', form(kind.wish))
    if (response.status === 503) turned.away++
    if (response.status !== 202) {
      const text = await response.text()
      if (response.status !== 503) turned.faults.push(`POST /orders: ${response.status} ${text}`)
      return
    }
    const { orderId, traceId } = (await response.json()) as { orderId: string; traceId: string }
    const order = { kind, orderId, traceId, due, ends: [kind.ends] }
    if (!kind.cancelled) return placed(order)
    const { status, body } = await shop.cancel(orderId)
    await body?.cancel()
    placed(status === 202 ? order : { ...order, ends: ['completed'] })
  }
  return {
    turned,
    send(kind: Kind, due: number) {
      if (waiting.size >= atOnce) return void turned.unsent++
      const bought: Promise<void> = buy(kind, due)
        .catch(
          (error: Error) => void turned.faults.push(`POST /orders: ${error.cause instanceof Error ? error.cause.message : error.message}`),
        )
        .finally(() => waiting.delete(bought))
      waiting.add(bought)
    },
    answered: async () => void (await Promise.all(waiting)),
  }
}
