import type { Order } from '../../services/order/decisions.ts'
import type { Broker } from './broker.ts'
import { type Cast, seeded, states } from './cast.ts'
import type { Wanted } from './customers.ts'
import { ofEvents, ofTurns } from './event-invariants.ts'
import { ofOrder } from './order-invariants.ts'

type End = { readonly cast: Cast; readonly mail: Broker; readonly wanted: readonly Wanted[] }

/** The promises that are broken when nothing is left to do, each with the order or the event that shows it. */
export const broken = ({ cast, mail, wanted }: End): string[] => {
  const orders = states<Order>(cast, 'order')
  return [
    ...[...orders].flatMap(([id, { status }]) => ofOrder(cast, id, status).map((fault) => `${id} is ${status}: ${fault}`)),
    ...ofStock(cast),
    ...ofEvents(cast, mail),
    ...ofTurns(cast, mail),
    ...mail.left(),
    ...wanted.flatMap(({ keyed, asked }) => {
      const placed = asked.filter((id) => orders.has(id))
      return placed.length === 0
        ? [`${asked[0]} was accepted, and is not there`]
        : keyed && placed.length > 1
          ? [`${placed.join(' and ')}: two orders with one Idempotency-Key`]
          : []
    }),
  ]
}

const ofStock = (cast: Cast): string[] =>
  [...cast.stock].flatMap(([sku, { available, reserved, shipped }]) => {
    const completed = [...states<Order>(cast, 'order')].filter(([, { status }]) => status === 'completed').map(([id]) => id)
    const taken = completed.flatMap((id) => states<{ lines?: { sku: string; quantity: number }[] }>(cast, 'inventory').get(id)?.lines ?? [])
    const bought = taken.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0)
    return [
      ...(available + reserved + shipped === seeded.get(sku) && available >= 0
        ? []
        : [`stock of ${sku} leaks: ${available} + ${reserved} + ${shipped}`]),
      ...(reserved === 0 ? [] : [`${reserved} of ${sku} still reserved`]),
      ...(shipped === bought ? [] : [`${shipped} of ${sku} shipped, ${bought} bought`]),
    ]
  })
