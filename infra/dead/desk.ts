import { SpanKind } from '@opentelemetry/api'
import { farewell } from '@pas-de-cinq/shared/messaging/answered'
import { type Choice, chosen, type DeadLetter } from '@pas-de-cinq/shared/messaging/dead-letters'
import { type InHand, withDeadLetters } from '@pas-de-cinq/shared/messaging/dead-queue'
import type { Edited } from '@pas-de-cinq/shared/messaging/edit'
import { readEvent, Unprocessable } from '@pas-de-cinq/shared/messaging/envelope'
import { discard, type Redriven, sendAgain } from '@pas-de-cinq/shared/messaging/redrive'
import { readStream } from '@pas-de-cinq/shared/messaging/stream'
import { discardedLetters } from '@pas-de-cinq/shared/messaging/topology'
import { inSpan } from '@pas-de-cinq/shared/tracing'
import amqp from 'amqplib'
import { choreographies } from '../choreographies.ts'

/** What was done with dead letters, and which of those asked for are not there. */
export type Done = Redriven & { readonly absent: readonly string[] }
export type Kept = { readonly service: string; readonly id: string; readonly type: string; readonly at: string; readonly why: string }

/** All that can be done with the dead letters of the broker at `url`, as its administrator: for the command line, and over HTTP. */
export const deskAt = (url: string) => {
  const inEach = async <T>(services: readonly string[], work: (inHand: InHand) => Promise<T>): Promise<T[]> =>
    Promise.all(services.map((service) => withDeadLetters(url, service, work)))
  const acting = async (
    what: string,
    services: readonly string[],
    choice: Choice,
    act: (inHand: InHand, letters: DeadLetter[]) => Promise<Redriven>,
  ) => {
    const done = await inSpan(`${what} ${services.length === 1 ? services[0] : 'dead letters'}`, { kind: SpanKind.INTERNAL }, () =>
      inEach(services, async (inHand) => {
        const letters = chosen(inHand.letters, choice)
        return letters.length > 0 ? act(inHand, letters) : none
      }),
    )
    const sent = done.flatMap(({ sent }) => sent)
    const doubted = done.flatMap(({ doubted }) => doubted)
    const there = new Set([...sent, ...doubted.map(([letter]) => letter)].map(({ id }) => id))
    return { sent, doubted, absent: choice.ids.filter((id) => !there.has(id)) }
  }

  return {
    /** The dead letters of these services, the oldest 10,000 of each, and how many more there are. */
    async list(services: readonly string[]) {
      const looks = await inEach(services, async ({ letters, beyond }) => ({ letters, beyond }))
      return { letters: looks.flatMap(({ letters }) => letters), beyond: looks.reduce((sum, { beyond }) => sum + beyond, 0) }
    },
    send: (services: readonly string[], choice: Choice, how: { vouched?: boolean; told?: () => void } = {}): Promise<Done> =>
      acting('redrive', services, choice, (inHand, letters) => sendAgain(inHand, letters, how)),
    /** @throws Unprocessable when its service could not read it so, or it would be another event */
    async edit({ service, id, type, subject }: DeadLetter, edited: Edited, vouched = false): Promise<Done> {
      const event = readEvent(edited.content, (await choreographies())[service]?.hears ?? {})
      if (event.id !== id || event.type !== type || event.subject !== subject) throw new Unprocessable('it would be another event')
      const how = { vouched, edited: new Map([[id, edited]]) }
      return acting('edit', [service], { ids: [id] }, (inHand, letters) => sendAgain(inHand, letters, how))
    },
    discard: (services: readonly string[], choice: Choice, reason: string, told?: () => void): Promise<Done> =>
      acting('discard', services, choice, async (inHand, letters) => {
        await discard(inHand, letters, reason, told)
        return { sent: letters, doubted: [] }
      }),
    /** What was discarded, or replaced by an edit, the last 1,000 of it. */
    async discarded(): Promise<Kept[]> {
      const connection = await amqp.connect(url, { noDelay: true, timeout: 5_000 })
      const kept: Kept[] = []
      try {
        await readStream(connection, discardedLetters, 'first', ({ properties: { messageId, type, headers } }) => {
          kept.push({ service: headers?.['x-service'], id: messageId, type, at: headers?.['x-kept-at'], why: headers?.['x-kept-because'] })
          if (kept.length > 1_000) kept.shift()
          return false
        })
      } finally {
        await farewell(connection)
      }
      return kept
    },
  }
}
export type Desk = ReturnType<typeof deskAt>

const none: Redriven = { sent: [], doubted: [] }
