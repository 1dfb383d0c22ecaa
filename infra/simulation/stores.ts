import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { ordersOf, type Store } from '@pas-de-cinq/shared/store'
import { type Hold, type Holding, initial, type Level } from '../../services/inventory/decisions.ts'
import type { Database, Table, Tx } from './database.ts'

/** What was heard and said under a transaction, kept with its effect: the ledger against which the invariants are held. */
export type Ledger = Table<Event>

const enter = (ledger: Ledger, tx: Tx, happened: readonly Event[]) => {
  for (const event of happened) ledger.set(tx, `${event.id} ${++entries}`, event)
  const name = tx.of?.name.split('/')[0]
  tx.notes.push(
    ...happened.map(({ source, type, subject }) => `${source === `/services/${name}` ? 'says' : 'hears'} ${type} of ${subject}`),
  )
}
let entries = 0

/** One row per order. */
export const perOrder = <State>(db: Database, orders: Table<State>, ledger: Ledger): Store<Tx, State> => ({
  load: (tx, cues) =>
    db.statement(tx, () => {
      const known = ordersOf(cues).map((id) => [id, orders.get(tx, id)] as const)
      return new Map(known.filter((row): row is readonly [string, Awaited<State>] => row[1] !== undefined))
    }) as ReturnType<Store<Tx, State>['load']>,
  save: (tx, states, happened) =>
    db.statement(tx, () => {
      for (const id of ordersOf(happened)) orders.set(tx, id, states.get(id))
      enter(ledger, tx, happened)
    }),
})

type Lined = { readonly lines?: readonly { readonly sku: string }[] }

/** Orders share the stock: its rows are locked, in the order of their names, before they are read. */
export const sharedStock = (db: Database, holds: Table<Hold>, stock: Table<Level>, ledger: Ledger): Store<Tx, Holding> => ({
  load: async (tx, cues) => {
    const mine = await db.statement(tx, () => new Map(ordersOf(cues).map((id) => [id, holds.get(tx, id) ?? initial.hold])))
    const lines = [...cues.map(({ data }) => data as Lined), ...mine.values().map((hold) => hold as Lined)].flatMap(
      ({ lines = [] }) => lines,
    )
    const skus = [...new Set(lines.map(({ sku }) => sku))]
    await db.lock(
      tx,
      skus.map((sku) => `stock ${sku}`),
    )
    let levels = new Map(skus.map((sku) => [sku, stock.get(tx, sku) as Level]))
    return {
      get: (id) => ({ hold: mine.get(id) ?? initial.hold, stock: levels }),
      set: (id, holding) => {
        mine.set(id, holding.hold)
        levels = new Map(holding.stock)
      },
    }
  },
  save: (tx, states, happened) =>
    db.statement(tx, () => {
      for (const id of ordersOf(happened)) {
        const { hold, stock: levels } = states.get(id) as Holding
        holds.set(tx, id, hold)
        for (const [sku, level] of levels) stock.set(tx, sku, level)
      }
      enter(ledger, tx, happened)
    }),
})
