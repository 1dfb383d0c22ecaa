import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Moment, moments } from '@pas-de-cinq/shared/crash'
import type { State } from '../native/run-folder.ts'
import { duplicated, reordered } from './deliveries.ts'
import type { Settings } from './lives.ts'
import { poisoned } from './poison.ts'
import type { World } from './world.ts'

/** Something that befalls a system while orders are under way. */
export type Fault = {
  readonly name: string
  /** what services are told, that are started anew with it before any order is placed, and without it once the fault is over */
  readonly settings?: Settings
  /** Befalls the system; `over` says that it is left to itself, else that is when it resolves. `before`: the services before the first order. */
  readonly strike: (world: World, over: () => void, before: State['parts']) => Promise<unknown>
}

const away = 8_000
const spell = 6_000

/** All that can befall the system, first of all nothing, to compare with. */
export const faultsFor = (world: World): Fault[] => [
  { name: 'nothing', strike: async () => {} },
  ...world.services.map(killed),
  ...moments.flatMap((moment) => pointsOf(world, moment).map((name) => crashed(name, moment))),
  ...['rabbitmq', 'postgres', 'mail'].map(killed),
  ...['rabbitmq', 'postgres'].map(stopped),
  ...['rabbitmq', 'postgres'].map(keptDown),
  network(world, 'rabbitmq', 'cut again and again', { NETWORK_CUT_MS: '700' }),
  network(world, 'postgres', 'cut again and again', { NETWORK_CUT_MS: '700' }),
  network(world, 'rabbitmq', 'slow', { NETWORK_DELAY_MS: '50' }),
  network(world, 'postgres', 'slow', { NETWORK_DELAY_MS: '50' }),
  frozen('shipping', 15_000),
  duplicated,
  reordered,
  poisoned,
  fullOutbox,
  wrongClocks(world, { order: -5, payment: 5, shipping: 3 }),
]

const pointsOf = ({ services, asking }: World, moment: Moment) => (moment === 'after ask before commit' ? asking : services)

const killed = (name: string): Fault => ({ name: `kill ${name}`, strike: ({ parts }, over) => leftAfter(parts.killed(name), over) })

/** It dies by its own hand when it first comes to that moment. */
const crashed = (name: string, moment: Moment): Fault => ({
  name: `kill ${name} ${moment}`,
  settings: { [name]: { CRASH_AT: moment } },
  strike: ({ parts }, _, before) => parts.gone(name, before[name]),
})

const stopped = (name: string): Fault => ({
  name: `stop and restart ${name}`,
  strike: ({ parts }, over) => leftAfter(parts.restarted(name), over),
})

const leftAfter = (back: Promise<void>, over: () => void) => {
  over()
  return back
}

const keptDown = (name: string): Fault => ({
  name: `${name} away for ${away / 1_000} s`,
  strike: ({ parts }, over) => parts.keptDown(name, () => delay(away).then(over)),
})

const frozen = (name: string, milliseconds: number): Fault => ({
  name: `freeze ${name} for ${milliseconds / 1_000} s`,
  strike: ({ parts }) => parts.frozen(name, () => delay(milliseconds)),
})

/** Every service reaches it through a TCP proxy of its own. */
const network = (world: World, to: 'rabbitmq' | 'postgres', how: string, env: Record<string, string>): Fault => ({
  name: `network to ${to} ${how}`,
  settings: Object.fromEntries(
    world.services.map((name) => [
      name,
      { ...preloaded(world, new URL('network.ts', import.meta.url)), NETWORK_OF: to === 'postgres' ? 'DATABASE_URL' : 'AMQP_URL', ...env },
    ]),
  ),
  strike: () => delay(spell),
})

/** The broker is away until `POST /orders` is refused since the outbox is full. */
const fullOutbox: Fault = {
  name: 'full outbox',
  settings: { order: { OUTBOX_MAX: '3' } },
  strike: ({ parts, shop }, over) =>
    parts.keptDown('rabbitmq', async () => {
      for (const deadline = Date.now() + 60_000; (await shop.post('/orders', {})).status !== 503; await delay(100))
        if (Date.now() > deadline) throw new Error('the outbox has not been full within 60 s')
      over()
    }),
}

/** Services live with wrong clocks; then all are right again, some jumping back. */
const wrongClocks = (world: World, minutes: Readonly<Record<string, number>>): Fault => ({
  name: `clocks: ${Object.entries(minutes)
    .map(([name, by]) => `${name} ${by > 0 ? '+' : ''}${by} min`)
    .join(', ')}`,
  settings: Object.fromEntries(
    Object.entries(minutes).map(([name, by]) => [
      name,
      { ...preloaded(world, new URL('skew.ts', import.meta.url)), CLOCK_SKEW_MS: String(by * 60_000) },
    ]),
  ),
  strike: () => delay(spell),
})

const preloaded = ({ contained }: World, { href }: URL) => ({
  NODE_OPTIONS: `--import=${contained ? `file:///app/infra/chaos/${basename(href)}` : href}`,
})
