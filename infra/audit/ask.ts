import { setTimeout as delay } from 'node:timers/promises'
import type { Evidence, Order, Payment } from './judge.ts'
import type { Level } from './stock.ts'

export const parts = ['order', 'inventory', 'payment', 'shipping', 'email', 'mail'] as const
export type Urls = { readonly [part in (typeof parts)[number]]: string }
/** Message-IDs at the mail server, by order, and when the oldest letter came in that it has. */
export type Mails = { readonly byOrder: ReadonlyMap<string, readonly string[]>; readonly since: number }

const patience = 10_000

/** What an outsider can ask the system, over HTTP alone. What a service knows nothing of is undefined. @throws when one does not answer for 10 s */
export const asking = (urls: Urls) => {
  const find = async <T>(part: keyof Urls, path: string): Promise<T | undefined> => {
    const address = urls[part] + path
    for (const end = Date.now() + patience; ; await delay(200)) {
      const response = await fetch(address, { signal: AbortSignal.timeout(patience) }).catch(String)
      if (typeof response !== 'string' && response.ok) return (await response.json()) as T
      if (typeof response !== 'string') await response.body?.cancel()
      const status = typeof response === 'string' ? response : response.status
      if (status === 404) return undefined
      if (Date.now() > end) throw new Error(`${part} does not answer at ${address}: ${status}`)
    }
  }
  const read = async <T>(part: keyof Urls, path: string): Promise<T> => {
    const found = await find<T>(part, path)
    if (found === undefined) throw new Error(`${part} does not know of ${urls[part]}${path}: is it ${part}?`)
    return found
  }

  return {
    /** All orders, newest first, page by page as they are wanted. */
    async *orders(): AsyncGenerator<Order, undefined> {
      for (let after = ''; ; ) {
        const page = await read<{ orders: Order[]; next?: string }>('order', `/orders?limit=100${after}`)
        yield* page.orders
        if (!page.next) return
        after = `&after=${page.next}`
      }
    },
    order: (id: string) => find<Order>('order', `/orders/${id}`),
    stock: async () => (await read<{ stock: Level[] }>('inventory', '/stock')).stock,
    async evidenceOf(order: Order, { byOrder }: Mails): Promise<Evidence> {
      const id = order.orderId
      const [payment, parcel, letters] = await Promise.all([
        find<Payment>('payment', `/payments/${id}`),
        find<{ status: string }>('shipping', `/shipments/${id}`),
        read<{ letters: Evidence['letters'] }>('email', `/letters?orderId=${id}`),
      ])
      return { order, payment, parcel, letters: letters.letters, mails: byOrder.get(id) ?? [] }
    },
    async mails(): Promise<Mails> {
      const all = await read<{ headers: Record<string, string>; time: string }[]>('mail', '/email')
      const ids = all.map(({ headers }) => headers['message-id'] ?? '')
      return { byOrder: Map.groupBy(ids, (id) => id.slice(1, 37)), since: all[0] ? Date.parse(all[0].time) : Number.POSITIVE_INFINITY }
    },
  }
}
export type Asked = ReturnType<typeof asking>
