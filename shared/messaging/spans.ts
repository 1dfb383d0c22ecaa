import type { Attributes, Span } from '@opentelemetry/api'
import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { ConsumeMessage } from 'amqplib'

type Publication = { exchange: string; routingKey: string; content: Buffer; options?: { messageId?: string; correlationId?: string } }

/** A publish span says what it publishes, by the messaging conventions of OpenTelemetry 1.44. */
export const published = (span: Span, { exchange, routingKey, content, options = {} }: Publication) => {
  span.updateName(`publish ${routingKey}`)
  span.setAttributes({
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.destination.name': `${exchange}:${routingKey}`,
    'messaging.message.body.size': content.length,
    ...ofMessage(routingKey, options.messageId, options.correlationId),
  })
}

/** A process span says what it processes, in which attempt; it is a child of the publish span, and linked to it too, and to the attempt that failed before. */
export const consumed = (span: Span, { msg }: { msg: ConsumeMessage | object }) => {
  const { fields, properties, content } = msg as ConsumeMessage
  const type = typeof properties.type === 'string' ? properties.type : fields.routingKey
  const publishing = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, properties.headers ?? {}))
  if (publishing) span.addLink({ context: publishing, attributes: stillParent })
  const failed = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent: properties.headers?.['x-failed-in'] }))
  if (failed) span.addLink({ context: failed })
  span.updateName(`process ${type}`)
  span.setAttributes({
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': `${fields.exchange}:${fields.routingKey}`,
    'messaging.message.body.size': content.length,
    'messaging.rabbitmq.message.delivery_tag': fields.deliveryTag,
    'event.attempt': attemptOf(msg as ConsumeMessage),
    ...ofMessage(type, properties.messageId, properties.correlationId),
  })
}

// Jaeger shows a parent that is linked too as FOLLOWS_FROM, unless the link says otherwise (OpenTelemetry's OpenTracing compatibility).
const stillParent = { 'opentracing.ref_type': 'child_of' }

/** Which attempt a delivery is, counted from 1 in a header of our own; the broker's counts do not survive a retry. */
export const attemptOf = ({ properties: { headers } }: ConsumeMessage): number => {
  const attempt = Number(headers?.['x-attempt'])
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 1
}

const ofMessage = (type: string, id?: string, correlationId?: string): Attributes => ({
  'messaging.system': 'rabbitmq',
  'messaging.rabbitmq.destination.routing_key': type,
  'messaging.message.id': id,
  'messaging.message.conversation_id': correlationId,
  'cloudevents.event_id': id,
  'cloudevents.event_type': type,
  'order.id': correlationId,
})
