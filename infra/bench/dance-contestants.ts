import { answersHttp, listens } from '../native/answers.ts'
import { nodeArguments } from '../native/services.ts'
import { freePort } from '../ports.ts'
import type { Contestant } from './contestants.ts'
import { type DatabaseOf, ledgerOf, services } from './dance-ledger.ts'
import { aside, type Ground, type Layout } from './ground.ts'
import { ordersByHand, plumbing } from './hop-contestants.ts'
import { until } from './until.ts'

/** What the dance needs: the five services, and their tables once more, for whoever does it by hand. */
export const danceLayout: Layout = {
  services,
  byHand: {
    exchange: 'hand',
    databases: {
      hand_order: ordersByHand,
      hand_inventory: `${plumbing}
        create table holds (order_id uuid primary key, status text not null, lines jsonb);
        create table stock (sku text primary key, seeded int not null, available int not null, reserved int not null, shipped int not null);
        insert into stock values ('tea', 1000000, 1000000, 0, 0), ('teapot', 1000000, 1000000, 0, 0);`,
      hand_payment: `${plumbing}
        create table payments (order_id uuid primary key, status text not null, amount_cents int not null);
        create table bank_intents (order_id uuid primary key, timeouts int not null default 0, reversed boolean not null default false);
        create table bank_bookings (order_id uuid, kind text, amount_cents int not null, at timestamptz not null default now(), primary key (order_id, kind));`,
      hand_shipping: `${plumbing}
        create table parcels (order_id uuid primary key, status text not null, country text, reserved boolean not null, paid boolean not null);`,
      hand_email: `${plumbing}
        create table correspondences (order_id uuid primary key, name text, email text, sent text[]);
        create table letters (order_id uuid, occasion text, recipient text, message_id text not null, sent_at timestamptz, primary key (order_id, occasion));`,
    },
    queues: {
      'hand.order': ['shipping.dispatched'],
      'hand.inventory': ['order.placed', 'order.completed'],
      'hand.payment': ['order.placed'],
      'hand.shipping': ['order.placed', 'inventory.reserved', 'payment.approved'],
      'hand.email': ['order.placed', 'order.completed'],
    },
  },
}

const customers = (port: number) => ({ args: ['infra/bench/customers.ts'], env: { ORDER_URL: `http://127.0.0.1:${port}` } })

const byHand = async ({ handUrlsOf }: Ground): Promise<Contestant> => {
  const port = await freePort()
  const queues = services.map((service) => ({ queue: `hand.${service}` }))
  return {
    name: 'by hand',
    places: customers(port),
    hears: services.map((service) => ({
      args: ['infra/bench/dance-by-hand.ts', service],
      env: { ...handUrlsOf(`hand_${service}`), PORT: String(port) },
    })),
    ready: () => until(() => listens(port)),
    ledger: ledgerOf((service) => `hand_${service}`, '', queues),
  }
}

type Dancers = {
  readonly name: string
  readonly env: NodeJS.ProcessEnv
  readonly smtp: string
  /** who dances, once for each time they are named; all five, where nobody is */
  readonly dancing?: readonly string[]
  readonly databaseOf?: DatabaseOf
}

/** The five services as they are, in their own databases or in others that are alike. */
export const system = async (
  { name, env, smtp, dancing = services, databaseOf = (service) => service }: Dancers,
  { urlsOf }: Ground,
): Promise<Contestant> => {
  const dancers = await Promise.all(dancing.map(async (service) => ({ service, port: await freePort() })))
  const queues = services.flatMap((service) => [{ queue: service }, ...aside(service)])
  return {
    name,
    places: customers(dancers.find(({ service }) => service === 'order')?.port ?? 0),
    hears: dancers.map(({ service, port }) => ({
      args: nodeArguments(`services/${service}/service.ts`),
      env: { ...urlsOf(service, databaseOf(service)), ...env, PORT: String(port), SMTP_URL: smtp },
    })),
    ready: async () => {
      for (const { port } of dancers) await until(() => answersHttp(`http://127.0.0.1:${port}/health/ready`))
    },
    ledger: ledgerOf(databaseOf, 'messaging.', queues),
  }
}

/** Who dances, from `POST /orders` to completed. */
export const danceContestants = (ground: Ground, collector: string, smtp: string): Promise<Contestant[]> =>
  Promise.all([
    byHand(ground),
    system({ name: 'system', env: { OTEL_SDK_DISABLED: 'true' }, smtp }, ground),
    system({ name: 'system, traced', env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector }, smtp }, ground),
  ])
