import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import type { Correspondence } from '../../services/email/decisions.ts'
import type { Order } from '../../services/order/decisions.ts'
import type { Payment } from '../../services/payment/decisions.ts'
import type { Parcel } from '../../services/shipping/decisions.ts'
import type { Broker } from './broker.ts'
import { type Cast, type Part, seeded } from './cast.ts'
import type { Wanted } from './customers.ts'
import { type Points, perCompletedOrder } from './loyalty.ts'
import { letterOf } from './post.ts'

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

const partOf = ({ parts }: Cast, name: string) => parts.find((part) => part.name === name) as Part
const states = <State>(cast: Cast, name: string) => partOf(cast, name).states.rows as ReadonlyMap<string, State>

/** How often a service has said something of an order. */
const told = (cast: Cast, name: string, type: string, id: string) =>
  [...partOf(cast, name).ledger.rows.values()].filter((event) => event.type === type && event.subject === id).length

const ofOrder = (cast: Cast, id: string, status: Order['status']): string[] => {
  const completed = status === 'completed'
  const { charged, refunded, reversed } = cast.bank.booked(id)
  const money = charged.length === 0 ? 'none' : refunded.length > 0 ? 'refunded' : 'charged'
  const record = states<Payment>(cast, 'payment').get(id)?.status
  const parcel = states<Parcel>(cast, 'shipping').get(id)?.status
  const sent = told(cast, 'shipping', 'shipping.dispatched', id) - told(cast, 'shipping', 'shipping.recalled', id)
  const hold = states<{ status: string }>(cast, 'inventory').get(id)?.status ?? 'none'
  const points = states<Points>(cast, 'loyalty').get(id)?.points ?? 0
  const faults: Record<string, boolean> = {
    'it has not ended': !completed && status !== 'cancelled',
    [`the bank has its money: ${money}`]: completed ? money !== 'charged' : money === 'charged',
    [`it was charged ${charged.length} times`]: charged.length > 1,
    [`its money was given back ${refunded.length} times`]: refunded.length > 1,
    'its money can still be taken': !completed && !reversed,
    [`payment says ${record}, the bank ${money}`]: record !== { none: 'declined', charged: 'approved', refunded: 'refunded' }[money],
    [`its parcel is ${parcel}`]: completed ? parcel !== 'dispatched' : parcel === 'waiting' || parcel === 'dispatched',
    [`${sent} parcels are with the customer`]: sent !== (completed ? 1 : 0),
    [`its pieces are ${hold}`]: completed ? hold !== 'withdrawn' : hold !== 'released' && hold !== 'refused',
    [`it has earned ${points} points`]: points !== (completed ? perCompletedOrder : 0),
  }
  const due = completed ? ['placed', 'completed'] : ['placed', 'cancelled', ...(charged.length === 0 ? [] : ['refunded'])]
  return [...Object.keys(faults).filter((fault) => faults[fault]), ...ofLetters(cast, id, due)]
}

const ofLetters = (cast: Cast, id: string, due: readonly string[]): string[] => {
  const { accepted, marked } = cast.post
  const { sent = [], due: open = [] } = states<Correspondence>(cast, 'email').get(id) ?? {}
  const wrong = due.filter((occasion) => {
    const last = accepted.lastIndexOf(letterOf(occasion, id)) + 1
    return last === 0 || marked.get(letterOf(occasion, id)) !== last // a second one may follow one whose mark was lost, none a marked one
  })
  return [
    ...wrong.map(
      (occasion) => `the letter '${occasion}' was sent ${accepted.filter((one) => one === letterOf(occasion, id)).length} times`,
    ),
    ...(sent.join() === [...sent].filter((one) => due.includes(one)).join() && sent.length === due.length && open.length === 0
      ? []
      : [`letters sent: ${sent.join(', ')}; still due: ${open.join(', ')}`]),
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

/** Every event that was published was committed, and every one that was committed published; and each took effect once in each who hears it. */
const ofEvents = ({ parts }: Cast, { published }: Broker): string[] => {
  const said = new Map<string, Event>()
  for (const { name, ledger } of parts)
    for (const event of ledger.rows.values()) if (event.source === `/services/${name}`) said.set(event.id, event)
  const effects = parts.flatMap(({ name, choreography, ledger }) => {
    const heard = new Set(heardBy(choreography))
    const times = Map.groupBy(ledger.rows.values(), ({ id }) => id)
    return [...said.values()]
      .filter(({ type, id }) => heard.has(type) && times.get(id)?.length !== 1)
      .map(({ type, subject, id }) => `${type} of ${subject} took effect ${times.get(id)?.length ?? 0} times in ${name}`)
  })
  const facts = Map.groupBy(
    said.values(),
    ({ type, subject, data }) => `${type} of ${subject} ${(data as { occasion?: string }).occasion ?? ''}`,
  )
  return [
    ...[...facts].filter(([, times]) => times.length > 1).map(([fact, times]) => `${fact} was said ${times.length} times`),
    ...[...published].filter(([id]) => !said.has(id)).map(([, type]) => `${type} was published, and never committed`),
    ...[...said.values()]
      .filter(({ id }) => !published.has(id))
      .map(({ type, subject }) => `${type} of ${subject} was committed, and never published`),
    ...effects,
  ]
}

/** What a service has said of an order was published in the order in which it was committed. */
const ofTurns = ({ parts }: Cast, { published }: Broker): string[] => {
  const turn = new Map([...published.keys()].map((id, nr) => [id, nr]))
  return parts.flatMap(({ name, ledger }) => {
    const said = ledger.rows.values().filter(({ source }) => source === `/services/${name}`)
    return [...Map.groupBy(said, ({ subject }) => subject).values()].flatMap((events) =>
      events.flatMap(({ id, type, subject }, nr) => {
        const before = events[nr - 1]
        const overtook = before && Number(turn.get(id)) < Number(turn.get(before.id))
        return overtook ? [`${type} of ${subject} was published before ${before.type}`] : []
      }),
    )
  })
}
