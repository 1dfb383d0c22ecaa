export type Placed = { readonly orderId: string; readonly traceId: string; readonly totalCents: number }
export type Order = Placed & {
  readonly status: 'placed' | 'completed' | 'cancelled'
  readonly reason?: string
  readonly placedAt: string
  readonly endedAt?: string
  readonly lines: { sku: string; quantity: number }[]
  readonly timeline: { type: string; at: string }[]
}
/** How an order stands: its status, and why it was cancelled. */
export const standing = ({ status, reason }: { readonly status: string; readonly reason?: unknown }): string =>
  reason ? `${status}: ${reason}` : status
export type Listed = Omit<Order, 'timeline'>
export type Payment = { status: string; amountCents: number; bank: { kind: 'charge' | 'refund'; amountCents: number }[] }
export type Letter = { orderId: string; occasion: string; to: string }
export type Level = { sku: string; seeded: number; available: number; reserved: number; shipped: number }
export type Mail = { headers: Record<string, string>; to: { address: string }[] }
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

type Part = 'order' | 'inventory' | 'payment' | 'shipping' | 'email' | 'mail'

/** What a customer, and whoever is curious, does with a system over HTTP; `urls` says where each part is now. */
export const shopAt = (urls: () => { readonly [part: string]: { readonly url: string } | undefined }) => {
  const url = (part: Part, path = '') => `${urls()[part]?.url}${path}`
  const read = async <T>(part: Part, path: string): Promise<T> => {
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

  return {
    url,
    read,
    post,
    order: (id: string) => read<Order>('order', `/orders/${id}`),
    async place(wish: Wish = {}, headers: Record<string, string> = {}): Promise<Placed> {
      const response = await post('/orders', form(wish), headers)
      if (response.status !== 202) throw new Error(`POST /orders: ${response.status} ${await response.text()}`)
      return (await response.json()) as Placed
    },
    cancel: (id: string) => post(`/orders/${id}/cancel`),
    payment: (id: string) => read<Payment>('payment', `/payments/${id}`),
    shipment: (id: string) => read<{ status: string }>('shipping', `/shipments/${id}`),
    letters: async (id: string) => (await read<{ letters: Letter[] }>('email', `/letters?orderId=${id}`)).letters,
    stock: async () => (await read<{ stock: Level[] }>('inventory', '/stock')).stock,
    mails: () => read<Mail[]>('mail', '/email'),
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
export type Shop = ReturnType<typeof shopAt>
