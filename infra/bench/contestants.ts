import { nodeArguments } from '../native/services.ts'
import type { Ground } from './ground.ts'
import type { Program } from './program.ts'

/** Whoever does the hop: A, who commits a row and an event, and B, who hears it and commits its effect. */
export type Contestant = {
  readonly name: string
  readonly a: Program
  readonly b: (says: boolean) => Program
  readonly databases: { readonly a: string; readonly b: string }
  /** what is emptied in each before a scene */
  readonly tables: { readonly a: string; readonly b: string }
  /** B's rows that come to an effect */
  readonly effect: string
  /** what is in `databases.b` already when B is to say something */
  readonly primed: (orders: readonly string[]) => string
  /** the sequence that counts how often an effect was written */
  readonly sequence: string
  readonly outboxes: string
  /** where what B hears waits, where what B says does, and where nothing should */
  readonly queues: { readonly hears: string; readonly says: string; readonly empty: readonly string[] }
}

export const limitTables = {
  limit_a: `
    create table orders (id uuid primary key, status text not null, customer jsonb not null, address jsonb not null, lines jsonb not null,
      total_cents int not null, payment_method text not null, placed_at timestamptz not null);
    create index on orders (status, placed_at);
    create table timeline (event_id uuid primary key, order_id uuid not null, type text not null, at timestamptz not null, nr bigserial not null);
    create index on timeline (order_id, at);
    create index on timeline (at);
    create table inbox (event_id uuid primary key, at timestamptz not null default now());
    create table outbox (id bigserial primary key, event_id uuid not null unique, type text not null, body text not null);`,
  limit_b: `
    create table parcels (nr bigserial not null, order_id uuid not null, country text not null);
    create index on parcels (order_id);
    create table inbox (event_id uuid primary key, at timestamptz not null default now());
    create table outbox (id bigserial primary key, event_id uuid not null unique, type text not null, body text not null);`,
}
export const limitQueues = { 'limit.b': ['order.placed'], 'limit.says': ['shipping.dispatched'] }

const byHand = (name: string, most: number, { handUrlsOf }: Ground): Contestant => ({
  name,
  a: { args: ['infra/bench/limit.ts', 'a'], env: handUrlsOf('limit_a') },
  b: (says) => ({ args: ['infra/bench/limit.ts', 'b', String(most)], env: { ...handUrlsOf('limit_b'), SAYS: says ? '1' : '0' } }),
  databases: { a: 'limit_a', b: 'limit_b' },
  tables: { a: 'orders, timeline, inbox, outbox', b: 'parcels, inbox, outbox' },
  effect: 'from parcels where true',
  primed: () => 'select 1',
  sequence: 'parcels_nr_seq',
  outboxes: 'outbox',
  queues: { hears: 'limit.b', says: 'limit.says', empty: [] },
})

// When B, shipping, is to say something, inventory and payment have had their say already: the order that is placed is the last cue.
const system = (name: string, tracing: NodeJS.ProcessEnv, port: number, { urlsOf }: Ground): Contestant => ({
  name,
  a: { args: nodeArguments('infra/bench/system.ts'), env: { ...urlsOf('order'), ...tracing, OTEL_SERVICE_NAME: 'order' } },
  b: () => ({ args: nodeArguments('services/shipping/service.ts'), env: { ...urlsOf('shipping'), ...tracing, PORT: String(port) } }),
  databases: { a: 'order', b: 'shipping' },
  tables: { a: 'orders, timeline, messaging.inbox, messaging.outbox', b: 'parcels, messaging.inbox, messaging.outbox' },
  effect: "from parcels where (status <> 'waiting' or country is not null)",
  primed: (orders) =>
    `insert into parcels (order_id, status, reserved, paid) select id, 'waiting', true, true from unnest('{${orders}}'::uuid[]) as id;
     select setval('parcels_effect_seq', 1, false)`,
  sequence: 'parcels_effect_seq',
  outboxes: 'messaging.outbox',
  queues: { hears: 'shipping', says: 'order', empty: ['shipping.dead', 'shipping.retry.500', 'order.dead'] },
})

export const hopServices = ['order', 'shipping']

/** How often an effect is written can be told by a sequence: even a second time, which changes no row, takes a number. */
export const countEffects = 'alter table parcels add column effect bigserial'

export const contestants = (ground: Ground, { port, collector }: { port: number; collector: string }): Contestant[] => [
  byHand('limit', 1, ground),
  byHand('limit-batched', 50, ground),
  system('system', { OTEL_SDK_DISABLED: 'true' }, port, ground),
  system('system, traced', { OTEL_EXPORTER_OTLP_ENDPOINT: collector }, port, ground),
]
