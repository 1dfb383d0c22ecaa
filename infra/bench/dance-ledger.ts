import type { Ledger, Look } from './contestants.ts'

export const services = ['order', 'inventory', 'payment', 'shipping', 'email']

const own: Readonly<Record<string, string>> = {
  order: 'orders, timeline',
  inventory: 'holds',
  payment: 'payments, bank_intents, bank_bookings',
  shipping: 'parcels',
  email: 'correspondences, letters',
}

export type DatabaseOf = (service: string) => string

/** What a happy order leaves behind, and what it does not, in each service's database. */
export const ledgerOf = (databaseOf: DatabaseOf, schema: string, nothing: readonly Look[]): Ledger => {
  const of = (service: string, sql: string) => ({ database: databaseOf(service), sql })
  return {
    reset: () => [
      ...services.map((service) => of(service, `truncate ${own[service]}, ${schema}inbox, ${schema}outbox restart identity`)),
      of('inventory', 'update stock set available = seeded, reserved = 0, shipped = 0'),
    ],
    end: { database: databaseOf('order'), rows: "orders where status = 'completed'", id: 'id' },
    last: { database: databaseOf('email'), rows: "correspondences where 'completed' = any(sent)", id: 'order_id' },
    owed: [
      { ...of('order', "select count(*) from orders where status = 'completed'"), each: 1 },
      { ...of('order', 'select count(*) from timeline'), each: 3 },
      { ...of('inventory', "select shipped from stock where sku = 'tea'"), each: 2 },
      { ...of('payment', 'select sum(amount_cents) / 9800 from bank_bookings'), each: 1 },
      { ...of('shipping', "select count(*) from parcels where status = 'dispatched'"), each: 1 },
      { ...of('email', 'select count(*) from letters where sent_at is not null'), each: 2 },
    ],
    nothing: [...services.map((service) => of(service, `select count(*) from ${schema}outbox`)), ...nothing],
    unheard: [],
  }
}
