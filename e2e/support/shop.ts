import { expect } from '@playwright/test'
import { type PartName, partsIn } from './system.ts'

export type Placed = { readonly orderId: string; readonly traceId: string; readonly totalCents: number }
export type Order = Placed & {
  readonly status: 'placed' | 'completed' | 'cancelled'
  readonly reason?: string
  readonly placedAt: string
  readonly endedAt?: string
  readonly lines: { sku: string; quantity: number }[]
  readonly timeline: { type: string; at: string }[]
}
export type Listed = Omit<Order, 'timeline'>
export type Payment = { status: string; amountCents: number; bank: { kind: 'charge' | 'refund'; amountCents: number }[] }
export type Letter = { orderId: string; occasion: string; to: string }
export type Level = { sku: string; seeded: number; available: number; reserved: number; shipped: number }
export type Wish = { paymentMethod?: string; country?: string; lines?: readonly { sku: string; quantity: number }[]; email?: string }

/** A form that will be accepted, with what is wished for. */
export const form = ({
  paymentMethod = 'pm_card_visa',
  country = 'FR',
  lines = [{ sku: 'tea', quantity: 1 }],
  email = 'ada@example.org',
}: Wish = {}) => ({
  customer: { name: 'Ada', email },
  address: { street: 'Rue de la Danse 5', city: 'Paris', postalCode: '75009', country },
  lines,
  paymentMethod,
})

/** The problem that an answer tells of, by RFC 9457. */
export const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type'), response.url).toContain('application/problem+json')
  const problem = (await response.json()) as { status: number; title: string; errors?: { pointer: string; detail: string }[] }
  expect(problem).toMatchObject({ type: 'about:blank', title: expect.stringMatching(/\w/), status: response.status })
  return problem
}

type Where = string | { readonly [part: string]: { readonly url: string } }

/** What a class does with the system in a folder, or at those urls, over HTTP. */
export const shop = (where?: Where) => {
  const url = (part: PartName, path = '') => `${(typeof where === 'object' ? where : partsIn(where))[part]?.url}${path}`
  const read = async <T>(part: PartName, path: string): Promise<T> => {
    const response = await fetch(url(part, path))
    if (!response.ok) throw new Error(`GET ${path} of ${part}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url('order', path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const order = (id: string) => read<Order>('order', `/orders/${id}`)

  return {
    url,
    read,
    post,
    order,
    async place(wish: Wish = {}, headers: Record<string, string> = {}): Promise<Placed> {
      const response = await post('/orders', form(wish), headers)
      if (response.status !== 202) throw new Error(`POST /orders: ${response.status} ${await response.text()}`)
      return (await response.json()) as Placed
    },
    cancel: (id: string) => post(`/orders/${id}/cancel`),
    ended: async (id: string, within = 60_000): Promise<Order> => {
      await expect.poll(async () => (await order(id)).status, { timeout: within, intervals: [100] }).not.toBe('placed')
      return order(id)
    },
    payment: (id: string) => read<Payment>('payment', `/payments/${id}`),
    shipment: (id: string) => read<{ status: string }>('shipping', `/shipments/${id}`),
    letters: async (id: string) => (await read<{ letters: Letter[] }>('email', `/letters?orderId=${id}`)).letters,
    stock: async () => (await read<{ stock: Level[] }>('inventory', '/stock')).stock,
    mails: () => read<{ headers: Record<string, string>; to: { address: string }[] }[]>('mail', '/email'),
    /** The orders, newest first; those from `since` on alone. */
    async orders(since = ''): Promise<Listed[]> {
      const all: Listed[] = []
      for (let page = ''; ; ) {
        const { orders, next } = await read<{ orders: Listed[]; next?: string }>('order', `/orders?limit=100${page}`)
        all.push(...orders.filter(({ orderId }) => orderId >= since))
        if (!next || next < since) return all
        page = `&after=${next}`
      }
    },
  }
}
