import { setTimeout as delay } from 'node:timers/promises'
import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { choreographies } from '../choreographies.ts'
import { perform } from '../demo/dance.ts'
import { type Dance, dances } from '../demo/dances.ts'
import { type Listener, listen, type Said } from '../demo/listen.ts'
import type { State } from '../native/run-folder.ts'

/** Where the traces of two orders can be looked at: one that went well, and one whose stock and money came back. */
export type Traces = { completed: string; compensated: string }

/** Has every kind of order danced, so that all edges are there to be drawn, then two alone. Resolves once Jaeger knows both from end to end. */
export async function danceForPictures(parts: State['parts']): Promise<Traces> {
  const listener = await listen(parts['rabbitmq']?.url ?? '')
  const danced = (dance: Dance | undefined) => traced(dance as Dance, parts['order']?.url ?? '', listener)
  try {
    await Promise.all(dances.map(danced))
    return {
      completed: await danced(dances.find(({ ending }) => ending.status === 'completed')),
      compensated: await danced(dances.find(({ says }) => says.includes('payment.refunded'))),
    }
  } finally {
    await listener.stop()
  }
}

async function traced(dance: Dance, orders: string, listener: Listener): Promise<string> {
  const { events, faults, trace } = await perform(dance, orders, listener)
  if (faults.length > 0) throw new Error(`${dance.title}: ${faults.join('; ')}`)
  for (const deadline = Date.now() + 30_000; !(await isWhole(trace, events)); await delay(200))
    if (Date.now() > deadline) throw new Error(`${dance.title}: spans are still missing after 30 s, in ${trace}`)
  return trace
}

/** Whether a span has come in for each event that was said, and for each time that it was heard. */
async function isWhole(trace: string, events: Said[]): Promise<boolean> {
  const heard = Object.values(await choreographies()).flatMap(heardBy)
  const deliveries = events.flatMap(({ type }) => heard.filter((hears) => hears === type))
  const kinds = await spanKinds(trace)
  const count = (kind: string) => kinds.filter((found) => found === kind).length
  return count('producer') >= events.length && count('consumer') >= deliveries.length
}

async function spanKinds(trace: string): Promise<unknown[]> {
  const response = await fetch(trace.replace('/trace/', '/api/traces/'))
  if (!response.ok) return []
  const { data } = (await response.json()) as { data: [{ spans: { tags: { key: string; value: unknown }[] }[] }] }
  return data[0].spans.map(({ tags }) => tags.find(({ key }) => key === 'span.kind')?.value)
}
