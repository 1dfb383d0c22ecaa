import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault as Wrong } from '../audit/judge.ts'
import { audited, type Sold } from './audit.ts'
import { bought } from './customers.ts'
import type { Fault } from './faults.ts'
import { allReady } from './rest.ts'
import type { World } from './world.ts'

export type Row = {
  readonly name: string
  readonly orders: number
  readonly wrong: readonly Wrong[]
  /** letters that went out twice, with the same Message-ID */
  readonly again: number
  /** seconds from when the system was left to itself until every order was as it should be; undefined if that never came */
  readonly recovery: number | undefined
}

const pace = 100
const patience = 120_000

/**
 * Has a fault befall the system while so many orders are under way, a quarter of them before it; then holds every promise against what all say.
 * `told` hears what is going on.
 */
export const befallen = async (world: World, fault: Fault, orders: number, told: (what: string) => void): Promise<Row> => {
  const before = await deadIn(world)
  const { sold, over, failures } = await strikeAmid(world, fault, orders, told)
  await ready(world)
  const { at, again, faults } = await audited(world, sold, patience, (well) => told(`${well} of ${orders} orders are well`)).catch(unheard)
  const dead = Object.entries(await deadIn(world)).filter(([queue, count]) => count > (before[queue] ?? 0))
  const stuck = [...failures, ...dead.map(([queue, count]) => `${count} in ${queue}`)]
  const wrong = [...faults, ...stuck.map((what) => ({ is: 'stuck', what }) as const)]
  return { name: fault.name, orders, wrong, again, recovery: wrong.length === 0 ? Math.max(0, at - over) / 1_000 : undefined }
}

/** There is nobody to be asked any more. */
const unheard = ({ message }: Error) => ({ at: Date.now(), again: 0, faults: [{ is: 'stuck', what: message } as const] })

/** `over`: when the system was left to itself; `failures`: what has kept the fault, or a customer, from doing as it should. */
const strikeAmid = async (world: World, { settings, strike }: Fault, orders: number, told: (what: string) => void) => {
  const failures: string[] = []
  const tell = (error: Error) => void failures.push(error.message)
  const sold: Sold[] = []
  let over: number | undefined
  const isOver = () => {
    over ??= Date.now()
  }
  const customer = async (_: unknown, i: number) => {
    const email = `${randomUUID()}@chaos.example`
    await delay(i * pace)
    sold.push({ ...(await bought(world.shop, i, email)), email })
    told(`${sold.length} of ${orders} orders are placed`)
  }

  told('services start anew')
  const undo = settings && (await world.equipped(settings).catch(tell))
  const before = Object.fromEntries(await Promise.all(world.services.map(async (name) => [name, await world.parts.partOf(name)])))
  const placing = Promise.all(Array.from({ length: orders }, customer).map((one) => one.catch(tell)))
  await delay((pace * orders) / 4)
  await strike(world, isOver, before).catch(tell)
  isOver()
  await undo?.().catch(tell)
  await placing
  return { sold, over: over ?? 0, failures }
}

const deadIn = async ({ broker }: World) =>
  Object.fromEntries(Object.entries(await broker.backlog().catch(() => ({}))).filter(([queue]) => queue.endsWith('.dead')))

const ready = async (world: World) => {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await delay(100)) if (await allReady(world).catch(() => false)) return
}
