import type { Ground } from '@pas-de-cinq/shared/ground'
import type { Store } from '@pas-de-cinq/shared/store'
import type { Asks, Choreography } from '@pas-de-cinq/shared/table'
import { email } from '../../services/email/reactions.ts'
import type { Hold, Level } from '../../services/inventory/decisions.ts'
import { inventory } from '../../services/inventory/reactions.ts'
import { order } from '../../services/order/reactions.ts'
import { payment } from '../../services/payment/reactions.ts'
import { shipping } from '../../services/shipping/reactions.ts'
import { bankIn } from './bank.ts'
import { Away, type Database, database, type Table, type Tx } from './database.ts'
import { loyalty } from './loyalty.ts'
import type { Mistake } from './mistakes.ts'
import { postIn } from './post.ts'
import type { Life } from './scheduler.ts'
import type { Script } from './script.ts'
import { plumbing } from './seams.ts'
import { type Ledger, perOrder, sharedStock } from './stores.ts'
import type { World } from './world.ts'

/** A service as all its instances share it: its table, its database. */
export type Part = {
  readonly name: string
  readonly choreography: Choreography
  readonly db: Database
  readonly states: Table<unknown>
  readonly ledger: Ledger
  readonly plumbing: ReturnType<typeof plumbing>
  readonly groundOf: (of: Life) => Omit<Ground<Tx, unknown>, 'spoken'>
}
export type Cast = ReturnType<typeof castIn>

const erased = { order, inventory, payment, shipping, email, loyalty } as unknown as Readonly<Record<string, Choreography>>

/** The tables that dance: those of the five services, as they are but for the mistake, and the one of the simulation. */
export const tables = ({ table = (_, it) => it }: Mistake): Readonly<Record<string, Choreography>> =>
  Object.fromEntries(Object.entries(erased).map(([name, choreography]) => [name, table(name, choreography)]))

/** What there is in stock: pieces that may well be too few, and none. */
export const seeded: ReadonlyMap<string, number> = new Map([
  ['tea', 4],
  ['unobtainium', 0],
])

/** Everybody in the dance, the outside world included. */
export const castIn = (world: World, mistake: Mistake, poison: Script['poison']) => {
  let cured = false
  const bank = bankIn(world, mistake.bankForgets)
  const [letters, warehouse] = [database(world), database(world)]
  const stock = warehouse.table<Level>()
  for (const [sku, available] of seeded) stock.rows.set(sku, { available, reserved: 0, shipped: 0 })
  const post = postIn(world, letters)
  const outside: Readonly<Record<string, (of: Life) => unknown>> = { payment: () => bank.bank, email: (of) => post.postOf(of) }

  const part = (name: string, choreography: Choreography): Part => {
    const db = { email: letters, inventory: warehouse }[name] ?? database(world)
    const states = db.table<unknown>()
    const ledger: Ledger = db.table()
    const asks = outside[name]
    const { inbox, outbox, claims, ...rest } = plumbing(db, world.now)
    const store = name === 'inventory' ? sharedStock(db, states as Table<Hold>, stock, ledger) : perOrder(db, states, ledger)
    const whole = poison?.service === name ? poisoned(store as Store<Tx, unknown>, poison.nth, () => cured) : store
    const groundOf = (of: Life): Omit<Ground<Tx, unknown>, 'spoken'> => ({
      name,
      choreography,
      db: db.reader(of),
      transact: db.transact(of),
      inbox,
      outbox,
      claims,
      store: whole as Store<Tx, unknown>,
      asks: (asks?.(of) ?? {}) as Asks,
      asksAtOnce: name === 'email' ? 2 : 16,
      now: () => new Date(world.now()),
      newId: world.newId,
      patient: (error) => error instanceof Away,
    })
    return { name, choreography, db, states, ledger, plumbing: { inbox, outbox, claims, ...rest }, groundOf }
  }
  const parts = Object.entries(tables(mistake)).map(([name, choreography]) => part(name, choreography))
  const cure = () => {
    cured = true
  }
  return { parts, bank, post, stock: stock.rows as ReadonlyMap<string, Level>, cure }
}

/** One of the cast, by its name. */
export const partOf = ({ parts }: Cast, name: string) => parts.find((part) => part.name === name) as Part

/** What one of the cast has in its table. */
export const states = <State>(cast: Cast, name: string) => partOf(cast, name).states.rows as ReadonlyMap<string, State>

/** A store that cannot save what came of one event: the nth that it hears. */
const poisoned = (store: Store<Tx, unknown>, nth: number, cured: () => boolean): Store<Tx, unknown> => {
  const seen: string[] = []
  return {
    ...store,
    save: (tx, states, happened, cues) => {
      for (const { id } of happened) if (!seen.includes(id)) seen.push(id)
      if (!cured() && happened.some(({ id }) => seen[nth] === id)) throw new Error('this cannot be saved')
      return store.save(tx, states, happened, cues)
    },
  }
}
