import type { World } from './world.ts'

const gauge = (text: string, name: string): number | undefined => {
  const value = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]
  return value === undefined ? undefined : Number(value)
}

const askEach = ({ services, addresses }: World, path: string): Promise<Response[]> =>
  Promise.all(services.map((name) => fetch(addresses[name]?.url + path, { signal: AbortSignal.timeout(3_000) })))

/** Whether no outbox holds anything, no service has anything in hand, and no queue has anything but dead letters. */
export const atRest = async (world: World): Promise<boolean> => {
  const answers = await askEach(world, '/metrics')
  const texts = await Promise.all(answers.map((answer) => answer.text()))
  const idle = texts.every((text) => gauge(text, 'pas_de_cinq_outbox_depth') === 0 && gauge(text, 'pas_de_cinq_consumer_in_hand') === 0)
  return idle && Object.keys(await world.broker.backlog()).every((queue) => queue.endsWith('.dead'))
}

/** Whether each service says that it is ready. */
export const allReady = async (world: World): Promise<boolean> => {
  const answers = await askEach(world, '/health/ready')
  const told = (await Promise.all(answers.map((answer) => answer.json()))) as { status: string }[]
  return told.every(({ status }) => status === 'ready')
}
