import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { Options } from 'amqplib'
import pLimit from 'p-limit'
import { carrierOf, contextOf, failed, silently, spanLinkedTo } from '../tracing.ts'
import type { DeadLetter } from './dead-letters.ts'
import type { InHand } from './dead-queue.ts'
import type { Edited } from './edit.ts'
import { contentType } from './envelope.ts'
import { withHistory } from './history.ts'
import { saidInLog } from './log-search.ts'
import { discardedLetters, ownExchange } from './topology.ts'

const atOnce = 100
const remembered = 29 * 24 * 60 * 60 * 1_000

/** What was sent again, and what was left where it is, with the reason for the doubt. */
export type Redriven = { readonly sent: readonly DeadLetter[]; readonly doubted: readonly (readonly [DeadLetter, doubt: string])[] }
/** `edited`: the body to send instead, by event id. `vouched`: somebody has looked at what is in doubt, and wants it sent. */
type How = { readonly edited?: ReadonlyMap<string, Edited>; readonly vouched?: boolean; readonly told?: () => void }

/**
 * Sends dead letters to their own service's queue again, each with the same event id and in its order's trace, as a first attempt; nobody
 * else hears them. Each is taken from the dead letters only once the broker has confirmed it: whoever is killed between the two leaves it in
 * both places, and the inbox lets it take effect once. What an edit replaces is kept among the discarded, before.
 * Left where it is, in doubt: what died longer ago than the inbox remembers, and what the broker gave up and `events.log` does not hold.
 */
export const sendAgain = async (inHand: InHand, letters: readonly DeadLetter[], { edited, vouched, told }: How = {}): Promise<Redriven> => {
  const givenUp = letters.filter(({ givenUp }) => givenUp)
  const logged = await saidInLog(
    inHand.connection,
    givenUp.map(({ message }) => message),
  )
  const doubtOf = ({ givenUp, diedAt, message }: DeadLetter): string | undefined => {
    if (vouched) return undefined
    if (givenUp && !logged.has(message)) return 'the broker gave it up, and events.log no longer tells who said it'
    if (diedAt && Date.now() - diedAt.getTime() > remembered) return 'it died longer ago than the inbox remembers: it may have been done'
    return undefined
  }
  const doubted = letters.flatMap((letter) =>
    [[letter, doubtOf(letter)] as const].filter((pair): pair is [DeadLetter, string] => !!pair[1]),
  )
  const sure = letters.filter((letter) => !doubted.some(([one]) => one === letter))
  await each(sure, async (letter) => {
    const edit = edited?.get(letter.id)
    if (edit) await keep(inHand, letter, `edited: ${edit.what}`)
    await redrive(inHand, letter, edit, letter.givenUp ? logged.get(letter.message) : letter.message.properties.headers?.['x-said-as'])
    told?.()
  })
  return { sent: sure, doubted }
}

/** Takes dead letters away for good, each only once the broker has confirmed that it is kept, with the reason, among the discarded. */
export const discard = (inHand: InHand, letters: readonly DeadLetter[], reason: string, told?: () => void) =>
  each(letters, (letter) =>
    spanned(`discard ${letter.type}`, letter, { 'discard.reason': reason }, async () => {
      await keep(inHand, letter, `discarded: ${reason}`)
      inHand.settle(letter)
      told?.()
    }),
  )

const each = (letters: readonly DeadLetter[], work: (letter: DeadLetter) => Promise<void>) => pLimit(atOnce).map(letters, work)

const redrive = (inHand: InHand, letter: DeadLetter, edit: Edited | undefined, said: string | undefined) =>
  spanned(`redrive ${letter.type}`, letter, edit ? { 'event.edited': edit.what } : {}, async (carrier) => {
    const happens = edit ? `sent again, edited: ${edit.what}` : 'sent again'
    await silently(() =>
      inHand.publish(ownExchange(letter.service), letter.service, edit?.content ?? letter.message.content, {
        ...propertiesOf(letter),
        ...(edit && { contentType }),
        headers: {
          ...carrier,
          ...(said && { 'x-said-as': said }),
          ...withHistory(letter.message, happens),
          'x-redriven-at': new Date().toISOString(),
          'x-sent-at': Date.now(),
        },
      }),
    )
    inHand.settle(letter)
  })

const keep = (inHand: InHand, letter: DeadLetter, why: string) =>
  silently(() =>
    inHand.publish('', discardedLetters, letter.message.content, {
      ...propertiesOf(letter),
      headers: {
        'x-service': letter.service,
        'x-reason': letter.reason,
        'x-kept-because': why,
        'x-kept-at': new Date().toISOString(),
        ...withHistory(letter.message, why),
      },
    }),
  )

const propertiesOf = ({ message: { properties } }: DeadLetter): Options.Publish & { messageId: string } => {
  const { contentType, contentEncoding, messageId, type, correlationId, timestamp, appId } = properties
  return { contentType, contentEncoding, messageId, type, correlationId, timestamp, appId }
}

/** Does `work` in a span in the order's trace, which the span that is active here and it link to each other. */
const spanned = async (
  name: string,
  { id, subject, reason, message }: DeadLetter,
  more: Record<string, string>,
  work: (carrier: object) => Promise<void>,
) => {
  const { traceparent, tracestate } = message.properties.headers ?? {}
  const about = { 'order.id': subject, 'cloudevents.event_id': id, 'event.retry_reason': reason, ...more }
  const span = spanLinkedTo(name, contextOf({ traceparent, tracestate }), context.active(), about)
  try {
    await work(carrierOf(trace.setSpan(ROOT_CONTEXT, span)))
  } catch (error) {
    failed(span, error)
    throw error
  } finally {
    span.end()
  }
}
