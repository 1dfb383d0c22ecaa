import { isDeepStrictEqual } from 'node:util'
import type { World } from './world.ts'

const total = (text: string, name: string): number | undefined => {
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value))
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0)
}

const askEach = ({ services, addresses }: World, path: string): Promise<Response[]> =>
  Promise.all(services.map((name) => fetch(addresses[name]?.url + path, { signal: AbortSignal.timeout(3_000) })))

const metrics = async (world: World): Promise<string[]> => Promise.all((await askEach(world, '/metrics')).map((answer) => answer.text()))

const isIdle = (text: string) => total(text, 'pas_de_cinq_outbox_depth') === 0 && total(text, 'pas_de_cinq_consumer_in_hand') === 0
const delivered = (text: string) => total(text, 'messaging_client_consumed_messages_total')

/** Whether no outbox holds anything, no service has anything in hand, no queue has anything but dead letters, and nothing was delivered meanwhile. */
export const atRest = async (world: World): Promise<boolean> => {
  const before = await metrics(world)
  const waiting = Object.keys(await world.broker.backlog())
  const after = await metrics(world)
  const silent = isDeepStrictEqual(before.map(delivered), after.map(delivered))
  return silent && [...before, ...after].every(isIdle) && waiting.every((queue) => queue.endsWith('.dead'))
}

/** Whether each service says that it is ready. */
export const allReady = async (world: World): Promise<boolean> => {
  const answers = await askEach(world, '/health/ready')
  const told = (await Promise.all(answers.map((answer) => answer.json()))) as { status: string }[]
  return told.every(({ status }) => status === 'ready')
}
