import type { Command, Perform, Performed } from '@pas-de-cinq/shared/command'
import type { Cancelling, Placing } from '../../services/order/decisions.ts'
import type { World } from './world.ts'

export type Wish = {
  readonly sku: string
  readonly quantity: number
  readonly country: string
  readonly paymentMethod: string
  readonly keyed: boolean
  /** at which step it is placed, and how many steps later it is cancelled */
  readonly at: number
  readonly cancelledAfter: number | null
}

/** The ids under which one wish was asked for, each time with the same key, if there was one. */
export type Wanted = { readonly keyed: boolean; readonly asked: readonly string[] }

const patience = 5_000
const priceCents = 100

/** The customers: they order, some think better of it, and who gets no answer asks again, with the same Idempotency-Key. */
export const customers = (world: World, wishes: readonly Wish[], perform: Perform) => {
  const plans: { readonly at: number; readonly go: () => void }[] = []
  const wanted: Wanted[] = []
  let asking = 0
  let steps = 0

  const answered = (command: () => Command): Promise<Performed> =>
    new Promise((resolve) => {
      const again = () => answered(command).then(resolve)
      const late = setTimeout(again, patience)
      perform(command()).then(
        (performed) => {
          clearTimeout(late)
          resolve(performed)
        },
        () => {}, // and so late
      )
    })
  const during = async (work: () => Promise<void>) => {
    asking++
    await work()
    asking--
  }
  const place = (wish: Wish, nr: number) =>
    during(async () => {
      const { sku, quantity, country, paymentMethod } = wish
      const lines: Placing['lines'] = [{ sku, quantity, unitPriceCents: priceCents }]
      const address = { street: '', city: '', postalCode: '', country }
      const customer = { name: `customer ${nr}`, email: `${nr}@example.org` }
      const asked: string[] = []
      wanted.push({ keyed: wish.keyed, asked })
      const performed = await answered(() => {
        const orderId = world.newId()
        asked.push(orderId)
        const data: Placing = { orderId, customer, address, lines, totalCents: quantity * priceCents, paymentMethod }
        const claim = wish.keyed && { key: `wish ${nr}`, fingerprint: '' }
        world.note(`customer ${nr}`, `asks for ${quantity} × ${sku}, to ${country}, with ${paymentMethod}: ${orderId}`)
        return { type: 'POST /orders', subject: orderId, data, ...(claim && { claim }) }
      })
      const orderId = performed.is === 'repeated' ? performed.subject : performed.is === 'done' && performed.said[0]?.subject
      if (!orderId || wish.cancelledAfter === null) return
      plans.push({ at: steps + wish.cancelledAfter, go: () => void cancel(orderId, nr) })
    })
  const cancel = (orderId: string, nr: number) =>
    during(async () => {
      const data: Cancelling = { orderId, reason: 'by-customer' }
      world.note(`customer ${nr}`, `cancels ${orderId}`)
      await answered(() => ({ type: 'POST /orders/:id/cancel', subject: orderId, data }))
    })
  wishes.forEach((wish, i) => {
    plans.push({ at: wish.at, go: () => void place(wish, i + 1) })
  })

  return {
    wanted,
    /** does what is planned for this step, or, if nothing else goes on, what comes next */
    act: (step: number, idle: boolean): boolean => {
      steps = step
      plans.sort((a, b) => a.at - b.at)
      if (plans[0] && (plans[0].at <= step || idle)) plans.shift()?.go()
      else return false
      return true
    },
    resting: () => asking === 0 && plans.length === 0,
  }
}
