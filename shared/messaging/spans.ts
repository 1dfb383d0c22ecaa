import { type Attributes, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import type { ConsumeMessage } from 'amqplib'

type Publication = {
  exchange: string
  routingKey: string
  content: Buffer
  options?: { messageId?: string; correlationId?: string; headers?: Headers }
}
const isName = /^[a-z]{1,40}\.[a-z-]{1,40}$/
type Headers = { readonly [name: string]: unknown }

/** A publish span says what it publishes, by the messaging conventions of OpenTelemetry 1.44, and how long that has waited in the outbox. */
export const published = (span: Span, { exchange, routingKey, content, options = {} }: Publication) => {
  if (!span.isRecording()) return
  withoutOldNames(span)
  span.updateName(`publish ${routingKey}`)
  span.setAttributes({
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.destination.name': `${exchange}:${routingKey}`,
    'messaging.message.body.size': content.length,
    'outbox.wait_ms': since(options.headers?.['x-said-at']),
    ...ofMessage(routingKey, options.messageId, options.correlationId),
  })
}

/**
 * A process span says what it processes, how long that has waited in the queue, and in which attempt and why; it is a child of the publish span,
 * and linked to it too, and to the attempt that failed before.
 */
export const consumed =
  (queue: string) =>
  (span: Span, { msg }: { msg: ConsumeMessage | object }) => {
    if (!span.isRecording()) return
    const { fields, properties, content } = msg as ConsumeMessage
    const type = typeof properties.type === 'string' ? properties.type : fields.routingKey
    const headers: Headers = properties.headers ?? {}
    const publishing = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers))
    if (publishing) span.addLink({ context: publishing, attributes: stillParent })
    const failed = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent: headers['x-failed-in'] }))
    if (failed) span.addLink({ context: failed })
    withoutOldNames(span)
    span.updateName(`process ${isName.test(type) ? type : queue}`) // what is no event's name names no span
    span.setAttributes({
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': [...new Set([fields.exchange, fields.routingKey, queue])].join(':'),
      'messaging.message.body.size': content.length,
      'messaging.rabbitmq.message.delivery_tag': fields.deliveryTag,
      'queue.wait_ms': since(headers['x-sent-at']),
      'event.attempt': attemptOf(msg as ConsumeMessage),
      'event.retry_reason': headers['x-reason'] as string | undefined,
      ...ofMessage(type, properties.messageId, properties.correlationId),
    })
  }

// The instrumentation still sets the names of conventions 1.7 (semconv-obsolete); whoever searches should find one name for one thing.
const oldNames = [
  'messaging.destination',
  'messaging.destination_kind',
  'messaging.rabbitmq.routing_key',
  'messaging.operation',
  'messaging.message_id',
  'messaging.conversation_id',
  'messaging.protocol',
  'messaging.protocol_version',
  'messaging.url',
]
const withoutOldNames = (span: Span) => {
  const { attributes = {} } = span as Span & { attributes?: Attributes } // of a recording span (ReadableSpan)
  for (const name of oldNames) delete attributes[name]
}

// Jaeger shows a parent that is linked too as FOLLOWS_FROM, unless the link says otherwise (OpenTelemetry's OpenTracing compatibility).
const stillParent = { 'opentracing.ref_type': 'child_of' }

/** Which attempt a delivery is, counted from 1 in a header of our own; the broker's counts do not survive a retry. */
export const attemptOf = ({ properties: { headers } }: ConsumeMessage): number => {
  const attempt = Number(headers?.['x-attempt'])
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 1
}

// Milliseconds since a moment that another process may have told: its clock may be ahead of ours.
const since = (moment: unknown) => (typeof moment === 'number' ? Math.max(0, Date.now() - moment) : undefined)

const ofMessage = (type: string, id?: string, correlationId?: string): Attributes => ({
  'messaging.system': 'rabbitmq',
  'messaging.rabbitmq.destination.routing_key': type,
  'messaging.message.id': id,
  'messaging.message.conversation_id': correlationId,
  'cloudevents.event_id': id,
  'cloudevents.event_type': type,
  'order.id': correlationId,
})
