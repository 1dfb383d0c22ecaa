import { nodeArguments } from '../native/services.ts'
import type { Contestant, Ledger } from './contestants.ts'
import { aside, type Ground, type Layout } from './ground.ts'

export const plumbing = `
  create table inbox (event_id uuid primary key, at timestamptz not null default now());
  create table outbox (id bigserial primary key, event_id uuid not null unique, type text not null, body text not null);`
export const ordersByHand = `${plumbing}
  create table orders (id uuid primary key, status text not null, customer jsonb not null, address jsonb not null, lines jsonb not null,
    total_cents int not null, payment_method text not null, placed_at timestamptz not null, ended_at timestamptz);
  create index on orders (status, placed_at);
  create table timeline (event_id uuid primary key, order_id uuid not null, type text not null, at timestamptz not null, nr bigserial not null);
  create index on timeline (order_id, at);
  create index on timeline (at);`

/** What the hop needs. How often an effect is written is told by a sequence: even a second time, which changes no row, takes a number. */
export const hopLayout: Layout = {
  services: ['order', 'shipping'],
  byHand: {
    exchange: 'limit',
    databases: {
      limit_a: ordersByHand,
      limit_b: `${plumbing}
        create table parcels (effect bigserial not null, order_id uuid not null, country text not null);
        create index on parcels (order_id);`,
    },
    queues: { 'limit.b': ['order.placed'], 'limit.says': ['shipping.dispatched'] },
  },
  more: { shipping: 'alter table parcels add column effect bigserial' },
}

type Side = {
  readonly a: string
  readonly b: string
  readonly schema: string
  readonly effects: string
  readonly hears: string
  readonly says: string
}

const ledgerOf = ({ a, b, schema, effects, hears, says }: Side, speaks: boolean, more: Partial<Ledger> = {}): Ledger => ({
  reset: () => [
    { database: a, sql: `truncate orders, timeline, ${schema}inbox, ${schema}outbox restart identity` },
    { database: b, sql: `truncate parcels, ${schema}inbox, ${schema}outbox restart identity` },
  ],
  end: { database: b, rows: `parcels where ${effects}`, id: 'order_id' },
  owed: [
    { database: b, sql: "select coalesce(pg_sequence_last_value('parcels_effect_seq'), 0)", each: 1 },
    { database: b, sql: `select count(distinct order_id) from parcels where ${effects}`, each: 1 },
    { queue: says, each: speaks ? 1 : 0 },
  ],
  gathers: hears,
  nothing: [
    { database: a, sql: `select count(*) from ${schema}outbox` },
    { database: b, sql: `select count(*) from ${schema}outbox` },
    { queue: hears },
  ],
  unheard: [says],
  ...more,
})

const byHand = (name: string, most: number, speaks: boolean, { handUrlsOf }: Ground): Contestant => ({
  name,
  places: { args: ['infra/bench/limit.ts', 'a'], env: handUrlsOf('limit_a') },
  hears: [{ args: ['infra/bench/limit.ts', 'b', String(most)], env: { ...handUrlsOf('limit_b'), SAYS: speaks ? '1' : '0' } }],
  ledger: ledgerOf({ a: 'limit_a', b: 'limit_b', schema: '', effects: 'true', hears: 'limit.b', says: 'limit.says' }, speaks),
})

const system = (name: string, tracing: NodeJS.ProcessEnv, speaks: boolean, { urlsOf }: Ground): Contestant => {
  const effects = "(status <> 'waiting' or country is not null)"
  const ledger = ledgerOf({ a: 'order', b: 'shipping', schema: 'messaging.', effects, hears: 'shipping', says: 'order' }, speaks)
  return {
    name,
    places: { args: nodeArguments('infra/bench/system.ts'), env: { ...urlsOf('order'), ...tracing, OTEL_SERVICE_NAME: 'order' } },
    hears: [{ args: nodeArguments('services/shipping/service.ts'), env: { ...urlsOf('shipping'), ...tracing, PORT: '0' } }],
    ledger: {
      ...ledger,
      reset: (orders) => [...ledger.reset(orders), ...(speaks ? lastCueMissing(orders) : [])],
      nothing: [...ledger.nothing, ...['order', 'shipping'].flatMap(aside)],
    },
  }
}

// When shipping is to say something, inventory and payment have had their say already: the order that is placed is the last cue.
const lastCueMissing = (orders: readonly string[]) =>
  [
    `insert into parcels (order_id, status, reserved, paid) select id, 'waiting', true, true from unnest('{${orders}}'::uuid[]) as id`,
    "select setval('parcels_effect_seq', 1, false)",
  ].map((sql) => ({ database: 'shipping', sql }))

/** Who does the hop, order to shipping; with a B that `speaks`, or not. */
export const hopContestants = (ground: Ground, collector: string, speaks: boolean): Contestant[] => [
  byHand('limit', 1, speaks, ground),
  byHand('limit-batched', 50, speaks, ground),
  system('system', { OTEL_SDK_DISABLED: 'true' }, speaks, ground),
  system('system, traced', { OTEL_EXPORTER_OTLP_ENDPOINT: collector }, speaks, ground),
]
