import { randomUUID } from 'node:crypto'

/** `order.cancelled`, to the last letter as order would say it. */
export const forged = (orderId: string) => {
  const id = randomUUID()
  const event = {
    specversion: '1.0',
    id,
    type: 'order.cancelled',
    source: '/services/order',
    subject: orderId,
    correlationid: orderId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: 'urn:pas-de-cinq:order.cancelled:1',
    data: { orderId, reason: 'by-customer' },
  }
  const properties = { type: event.type, messageId: id, correlationId: orderId, contentType: 'application/cloudevents+json' }
  return { content: Buffer.from(JSON.stringify(event)), properties }
}
