import { createHash } from 'node:crypto'
import type { Message } from 'amqplib'
import { historyOf } from './history.ts'

/** A dead letter, and what it says of itself. */
export type DeadLetter = {
  readonly service: string
  /** the event's id; where the message has none, a name made of its body */
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly reason: string
  readonly stack: string
  readonly attempts: number
  readonly diedAt: Date | undefined
  /** what has befallen it, a line each */
  readonly history: readonly string[]
  readonly traceId: string | undefined
  /** the broker gave it up (delivery limit): no header of it is ours, and any may be its publisher's */
  readonly givenUp: boolean
  readonly message: Message
}
type Death = { readonly reason?: string; readonly queue?: string; readonly time?: { readonly value?: number } }

/** What a message in the dead-letter queue of `service` is. One that the broker gave up has no reason of ours, and says whose it is. */
export const deadLetterOf = (service: string, message: Message): DeadLetter => {
  const { messageId, type, correlationId, headers = {} } = message.properties
  const death: Death | undefined = headers['x-death']?.[0]
  return {
    service,
    message,
    type: textOf(type),
    subject: textOf(correlationId),
    givenUp: death !== undefined,
    id: textOf(messageId) || `body-${createHash('sha256').update(message.content).digest('hex').slice(0, 12)}`,
    reason: death ? `the broker gave it up: ${textOf(death.reason)}` : textOf(headers['x-reason']) || 'no reason is known',
    stack: death ? '' : textOf(headers['x-stack']),
    attempts: Number(headers['x-attempts'] ?? headers['x-attempt'] ?? 0),
    diedAt: dateOf(death ? (death.time?.value ?? Number.NaN) * 1_000 : textOf(headers['x-died-at'])),
    history: historyOf(message),
    traceId: /^00-(?!0{32})([0-9a-f]{32})-/.exec(textOf(headers['traceparent']))?.[1],
  }
}

/** A reason without what differs from letter to letter, ids and numbers, so that those that died of the same have the same cause. */
export const causeOf = (reason: string): string =>
  (reason.split('\n')[0] ?? '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '…')
    .replace(/\d+/g, '…')
    .slice(0, 200)

/** Which dead letters are meant: those with these ids, or those whose cause holds these words, or all. */
export type Choice = { readonly ids: readonly string[]; readonly cause?: string | undefined; readonly all?: boolean | undefined }

/** The letters that a choice means; one that names nothing means none. */
export const chosen = (letters: readonly DeadLetter[], { ids, cause, all }: Choice): DeadLetter[] => {
  const words = cause && causeOf(cause).toLowerCase()
  return letters.filter(
    ({ id, reason }) => all || ids.includes(id) || (words !== undefined && words !== '' && causeOf(reason).toLowerCase().includes(words)),
  )
}

/** Letters of one cause, those that wait longest first. */
export type Group = { readonly service: string; readonly cause: string; readonly letters: readonly DeadLetter[] }

/** The letters by service and cause, the largest group of each service first. */
export const grouped = (letters: readonly DeadLetter[]): Group[] =>
  [...Map.groupBy(letters, ({ service }) => service)].flatMap(([service, own]) =>
    [...Map.groupBy(own, ({ reason }) => causeOf(reason))]
      .map(([cause, letters]) => ({ service, cause, letters }))
      .sort((a, b) => b.letters.length - a.letters.length),
  )

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const dateOf = (value: string | number) => {
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}
