import { setTimeout as delay } from 'node:timers/promises'
import { type Dance, isAtRest } from './dances.ts'
import type { Listener, Said } from './listen.ts'

export type Danced = {
  events: Said[]
  ending: string
  trace: string
  /** What did not go as it should; empty if all did. */
  faults: string[]
}

const patience = 60_000

/** Places the order of a dance and follows it until nobody has anything to say any more, for a minute at most. */
export async function perform(
  { order: { sku, paymentMethod, country }, cancelled, ending, says }: Dance,
  orders: string,
  listener: Listener,
): Promise<Danced> {
  const { orderId, links } = await sent<{ orderId: string; links: { trace: string } }>(`${orders}/orders`, {
    customer: { name: 'Ada', email: 'ada@example.com' },
    address: { street: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country },
    lines: [{ sku, quantity: 1 }],
    paymentMethod,
  })
  if (cancelled) await sent(`${orders}/orders/${orderId}/cancel`, {})

  const types = () => listener.about(orderId).map(({ type }) => type)
  for (const deadline = Date.now() + patience; !isAtRest(types()) && Date.now() < deadline; ) await delay(50)
  const order = await answer<{ status: string; reason?: string }>(await fetch(`${orders}/orders/${orderId}`))

  const expected = 'reason' in ending ? `${ending.status}, ${ending.reason}` : ending.status
  const actual = order.reason ? `${order.status}, ${order.reason}` : order.status
  const faults = [
    ...(actual === expected ? [] : [`should have ended ${expected}`]),
    ...says.filter((type) => !types().includes(type)).map((type) => `nobody said ${type}`),
    ...(isAtRest(types()) ? [] : [`something is still missing after ${patience / 1000} s`]),
  ]
  return { events: listener.about(orderId), ending: actual, trace: links.trace, faults }
}

async function sent<Answer>(url: string, body: object): Promise<Answer> {
  return answer(await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }))
}

async function answer<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}: ${await response.text()}`)
  return (await response.json()) as Answer
}
