/** What the services and the mail server say of one order. What a service knows nothing of is undefined. */
export type Evidence = {
  readonly order: Order
  readonly payment: Payment | undefined
  readonly parcel: { readonly status: string } | undefined
  readonly letters: readonly { readonly occasion: string; readonly sentAt: string }[]
  /** the Message-IDs of its letters at the mail server */
  readonly mails: readonly string[]
}
export type Order = {
  readonly orderId: string
  readonly status: 'placed' | 'completed' | 'cancelled'
  readonly reason?: string
  readonly totalCents: number
  readonly placedAt: string
  readonly endedAt?: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}
export type Payment = { readonly status: string; readonly bank: readonly { readonly kind: string; readonly amountCents: number }[] }

export type Fault = { readonly is: 'lost' | 'doubled' | 'stuck'; readonly what: string }
/** `pending`: something is still missing, and may yet come. */
type Found = Fault & { readonly pending: boolean }
export type Verdict = { readonly is: 'holds' | 'under way' } | { readonly is: 'broken'; readonly faults: readonly Fault[] }

/** When it is judged, and by what measure; times are in milliseconds. */
export type Rules = {
  readonly now: number
  /** how old an order may be that has not ended */
  readonly deadline: number
  /** how long after its end something may still be missing */
  readonly settling: number
  /** something has crashed: a letter may have gone out twice, with the same Message-ID */
  readonly crashed: boolean
  /** letters sent before may be gone from the mail server */
  readonly mailsSince: number
}

/** Whether the promises hold for an order; it may be under way as long as nothing is wrong that time cannot mend. */
export const verdictOn = (evidence: Evidence, rules: Rules): Verdict => {
  const { order } = evidence
  if (order.status === 'placed') {
    const seconds = Math.round((rules.now - Date.parse(order.placedAt)) / 1_000)
    const faults: Fault[] = [{ is: 'stuck', what: `placed ${seconds} s ago, and has not ended` }]
    return seconds * 1_000 > rules.deadline ? { is: 'broken', faults } : { is: 'under way' }
  }
  const faults = faultsOf(evidence, rules)
  if (faults.length === 0) return { is: 'holds' }
  if (isSettling(order, rules) && faults.every(({ pending }) => pending)) return { is: 'under way' }
  return { is: 'broken', faults: faults.map(({ is, what }) => ({ is, what })) }
}

/** Whether what follows from the order's end may still be under way. */
export const isSettling = ({ status, endedAt }: Order, { now, settling }: Pick<Rules, 'now' | 'settling'>): boolean =>
  status === 'placed' || now - Date.parse(endedAt ?? '') < settling

/** The Message-ID of the letter that tells of an occasion. */
export const messageId = (orderId: string, occasion: string) => `<${orderId}.${occasion}@pas-de-cinq.example>`

const faultsOf = (evidence: Evidence, rules: Rules): Found[] => [
  ...moneyFaults(evidence),
  ...parcelFaults(evidence),
  ...letterFaults(evidence),
  ...mailFaults(evidence, rules),
]

const isCompleted = ({ order }: Evidence) => order.status === 'completed'

const moneyFaults = (evidence: Evidence): Found[] => {
  const { order, payment } = evidence
  const bookings = (payment?.bank ?? [])
    .map(({ kind, amountCents }) => (amountCents === order.totalCents ? kind : `${kind} of ${amountCents}`))
    .sort()
  const booked = bookings.join(', ')
  const status = payment?.status ?? 'none'
  const due = isCompleted(evidence) ? ['charge: approved'] : [': none', ': declined', 'charge, refund: refunded']
  if (due.includes(`${booked}: ${status}`)) return []
  const pending = !isCompleted(evidence) && ['', 'charge', 'charge, refund'].includes(booked)
  const twice = new Set(bookings).size < bookings.length
  return [{ is: twice ? 'doubled' : 'lost', what: `money: ${booked || 'nothing'} booked, payment ${status}`, pending }]
}

const parcelFaults = (evidence: Evidence): Found[] => {
  const status = evidence.parcel?.status ?? 'unknown'
  const due = isCompleted(evidence) ? ['dispatched'] : ['stood-down', 'failed', 'recalled']
  return due.includes(status) ? [] : [{ is: 'lost', what: `parcel: ${status}`, pending: !isCompleted(evidence) }]
}

const letterFaults = (evidence: Evidence): Found[] => {
  const sent = evidence.letters.map(({ occasion }) => occasion)
  const charged = (evidence.payment?.bank ?? []).some(({ kind }) => kind === 'charge')
  const due = ['placed', evidence.order.status, ...(!isCompleted(evidence) && charged ? ['refunded'] : [])]
  return [...late('letter missing', missing(due, sent)), ...wrong('letter too many', missing(sent, due))]
}

const mailFaults = ({ order, letters, mails }: Evidence, { crashed, mailsSince }: Rules): Found[] => {
  const id = ({ occasion }: { occasion: string }) => messageId(order.orderId, occasion)
  const posted = crashed ? [...new Set(mails)] : mails
  const kept = letters.filter(({ sentAt }) => Date.parse(sentAt) >= mailsSince)
  const unmarked = missing([...new Set(posted)], letters.map(id)) // a letter is marked as sent once the server has taken it
  return [
    ...late('mail missing', missing(kept.map(id), posted)),
    ...late('mail that is no letter', unmarked),
    ...wrong('mail too many', missing(posted, [...letters.map(id), ...unmarked])),
  ]
}

const late = (what: string, which: readonly string[]) => which.map((one): Found => ({ is: 'lost', what: `${what}: ${one}`, pending: true }))
const wrong = (what: string, which: readonly string[]) =>
  which.map((one): Found => ({ is: 'doubled', what: `${what}: ${one}`, pending: false }))

/** What is in `all` and not, or less often, in `some`. */
const missing = (all: readonly string[], some: readonly string[]): string[] => {
  const left = [...some]
  return all.filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
