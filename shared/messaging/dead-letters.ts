import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { ConfirmChannel, GetMessage } from 'amqplib'
import { carrierOf, contextOf, failed, silently, spanLinkedTo } from '../tracing.ts'
import { confirming, type Publish } from './confirming.ts'
import { deadQueue, ownExchange } from './topology.ts'

export type DeadLetter = {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly reason: string
  readonly attempts: number
}

/** What a dead letter says of itself. One that the broker made (delivery limit) has no reason of ours, and says whose it is. */
export const deadLetterOf = ({ properties: { messageId, type, correlationId, headers = {} } }: GetMessage): DeadLetter => ({
  id: messageId,
  type,
  subject: correlationId,
  reason: headers['x-reason'] ?? `the broker gave it up: ${headers['x-first-death-reason'] ?? 'unknown reason'}`,
  attempts: Number(headers['x-attempts'] ?? 0),
})

/**
 * Sends the dead letters of `service` that `chosen` takes to that service's own queue again, with the same event id and in their first trace,
 * as a first attempt; nobody else hears them. Its span in the order's trace and the span that is active here link to each other. Each is acked only once the broker has confirmed it. Resolves to what was sent; the others stay.
 */
export const redrive = async (channel: ConfirmChannel, service: string, chosen: (letter: DeadLetter) => boolean = () => true) => {
  const sent: DeadLetter[] = []
  const publish = confirming(channel)
  const { messageCount } = await channel.checkQueue(deadQueue(service))
  for (let left = messageCount; left > 0; left--) {
    const message = await channel.get(deadQueue(service))
    if (!message) break
    const letter = deadLetterOf(message)
    if (!chosen(letter)) continue // stays unacked, and returns to its place when the channel closes
    await resend(publish, service, message, letter)
    channel.ack(message)
    sent.push(letter)
  }
  return sent
}

const resend = async (publish: Publish, service: string, { content, properties }: GetMessage, { reason }: DeadLetter) => {
  const { contentType, messageId, type, correlationId, timestamp, appId, headers } = properties
  const place = contextOf({ traceparent: headers?.['traceparent'], tracestate: headers?.['tracestate'] })
  const about = { 'order.id': correlationId, 'cloudevents.event_id': messageId, 'event.retry_reason': reason }
  const span = spanLinkedTo(`redrive ${type}`, place, context.active(), about)
  const origin = headers?.['x-said-as'] && { 'x-said-as': headers['x-said-as'] }
  const ours = { ...origin, 'x-redriven-at': new Date().toISOString(), 'x-sent-at': Date.now() }
  const traced = { ...carrierOf(trace.setSpan(ROOT_CONTEXT, span)), ...ours }
  const options = { contentType, messageId, type, correlationId, timestamp, appId, headers: traced }
  try {
    await silently(() => publish(ownExchange(service), service, content, options))
  } catch (error) {
    failed(span, error)
    throw error
  } finally {
    span.end()
  }
}
