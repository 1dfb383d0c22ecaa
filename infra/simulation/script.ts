import { Arbitrary, array, boolean, constantFrom, nat, option, type Random, record, stream, subarray, Value } from 'fast-check'
import type { Wish } from './customers.ts'

export const faults = [
  'a crash',
  'a lost connection',
  'a restart of the broker',
  'a broker that is full',
  'a database that is away',
  'a duplicate',
  'a pause',
  'a deadline',
  'a crash of the bank',
  'a crash of the mail server',
  'a redrive',
] as const
export type Fault = (typeof faults)[number]

/** One schedule: who wants what, which faults there may be and how often, and the choices by which everything else is decided. */
export type Script = {
  readonly wishes: readonly Wish[]
  readonly faults: readonly Fault[]
  /** a fault about every so many steps */
  readonly every: number
  /** the event that a service cannot process until its dead letters are sent again: which service, and which event, counted as it hears them */
  readonly poison: { readonly service: string; readonly nth: number } | null
  /** whether the dead letters are left until every deadline has passed */
  readonly late: boolean
  readonly choices: Uint32Array
}

const longest = 400

/** A stream of choices. It shrinks by ending sooner, by zeros (0 is the tamest choice there is), and by smaller ones. */
class Choices extends Arbitrary<Uint32Array> {
  generate(random: Random) {
    const choices = new Uint32Array(random.nextInt(0, longest))
    for (let i = 0; i < choices.length; i++) choices[i] = random.nextInt(-0x80000000, 0x7fffffff)
    return new Value(choices, undefined)
  }
  canShrinkWithoutContext(value: unknown): value is Uint32Array {
    return value instanceof Uint32Array
  }
  shrink(choices: Uint32Array) {
    return stream(tamer(choices)).map((tamed) => new Value(tamed, undefined))
  }
}

function* tamer(choices: Uint32Array): IterableIterator<Uint32Array> {
  for (let end = 0, cut = choices.length; cut > 0; cut = Math.floor(cut / 2), end = choices.length - cut) yield choices.slice(0, end)
  for (let size = choices.length; size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < choices.length; from += size) {
      const to = from + size
      if (choices.subarray(from, to).some((choice) => choice > 0)) yield choices.map((choice, i) => (from <= i && i < to ? 0 : choice))
    }
  for (const [at, choice] of choices.entries())
    for (const less of [choice & 0xffff, Math.floor(choice / 2)]) if (less < choice) yield choices.with(at, less)
}

const wish = record<Wish>({
  sku: constantFrom('tea', 'tea', 'tea', 'unobtainium'),
  quantity: nat(2).map((more) => 1 + more),
  country: constantFrom('FR', 'FR', 'FR', 'AQ'),
  paymentMethod: constantFrom('pm_card_visa', 'pm_card_visa', 'pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_bankTimeout'),
  keyed: boolean().map((unkeyed) => !unkeyed),
  at: nat(60),
  cancelledAfter: option(nat(200), { freq: 2 }),
})

export const script = (services: readonly string[]): Arbitrary<Script> =>
  record<Script>({
    wishes: array(wish, { minLength: 1, maxLength: 2 }),
    faults: subarray([...faults]),
    every: constantFrom(200, 60, 20, 8),
    poison: option(record({ service: constantFrom(...services), nth: nat(6) }), { freq: 2 }),
    late: boolean(),
    choices: new Choices(),
  })
