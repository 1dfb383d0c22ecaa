import type { OrderEvent } from '@pas-de-cinq/order/events'
import type { PaymentEvent } from '@pas-de-cinq/payment/events'
import { type EmailEvent, Occasion as Occasions } from './events.ts'

export type Heard = OrderEvent | PaymentEvent
export type Occasion = EmailEvent['data']['occasion']
export type Addressee = { readonly name: string; readonly email: string }
export type Correspondence = { readonly to?: Addressee; readonly due: readonly Occasion[]; readonly sent: readonly Occasion[] }
export const initial: Correspondence = { due: [], sent: [] }

export const write = ({ due }: Correspondence, { data: { orderId } }: Heard, delivered: readonly Occasion[]): EmailEvent<'email.sent'>[] =>
  due.filter((occasion) => delivered.includes(occasion)).map((occasion) => ({ type: 'email.sent', data: { orderId, occasion } }))

/** Only `order.placed` carries the address: a letter that nobody can be sent yet stays due until it comes. */
export const evolve = (letters: Correspondence, event: EmailEvent | Heard): Correspondence => {
  switch (event.type) {
    case 'order.placed':     return { ...owe(letters, 'placed'), to: event.data.customer }
    case 'order.completed':  return owe(letters, 'completed')
    case 'order.cancelled':  return owe(letters, 'cancelled')
    case 'payment.refunded': return owe(letters, 'refunded')
    case 'email.sent':       return settle(letters, event.data.occasion)
    default:                 return letters
  }
}

const owe = (letters: Correspondence, occasion: Occasion): Correspondence =>
  letters.sent.includes(occasion) ? letters : { ...letters, due: inOrder([...letters.due, occasion]) }

const settle = (letters: Correspondence, occasion: Occasion): Correspondence => ({
  ...letters,
  due: letters.due.filter((one) => one !== occasion),
  sent: inOrder([...letters.sent, occasion]),
})

const inOrder = (some: readonly Occasion[]): Occasion[] => Occasions.options.filter((one) => some.includes(one))
