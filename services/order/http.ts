import { createHash } from 'node:crypto'
import type { Perform } from '@pas-de-cinq/shared/command'
import { Problem, type Routes, valid } from '@pas-de-cinq/shared/http'
import { validate as isUuid, v7 as newId } from 'uuid'
import { z } from 'zod'
import type { Cancelling, Placing } from './decisions.ts'
import type { Order, PrismaClient } from './generated/client.ts'
import { OrderForm } from './order-form.ts'
import { priced, products } from './products.ts'

const Key = z.string().regex(/^[!-~]{1,255}$/, 'must be 1 to 255 visible characters')
const Nothing = z.strictObject({}).optional()
const Page = z.object({
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
    .default('20')
    .transform(Number),
  after: z.uuid('must be the id of an order').optional(),
})

export const http = ({ db, perform, jaegerUrl }: { db: PrismaClient; perform: Perform; jaegerUrl: string }): Routes => {
  const traced = (orderId: string, traceparent: string | null | undefined) => {
    const traceId = traceparent?.split('-')[1]
    return { traceId, links: { self: `/orders/${orderId}`, trace: traceId && `${jaegerUrl}/trace/${traceId}` } }
  }
  const shown = ({ id, status, reason, lines, totalCents, placedAt, endedAt, traceparent }: Order) => ({
    orderId: id,
    status,
    ...(reason && { reason }),
    lines,
    totalCents,
    placedAt,
    ...(endedAt && { endedAt }),
    ...traced(id, traceparent),
  })
  const found = async (id: unknown) => {
    const order = isUuid(id) ? await db.order.findUnique({ where: { id: id as string } }) : null
    return order ?? notFound()
  }

  return {
    'GET /products': (_request, response) => response.json({ products }),

    'POST /orders': async (request, response) => {
      const form = valid(OrderForm, request.body)
      const orderId = newId()
      const data: Placing = { orderId, ...form, ...priced(form.lines) }
      const key = request.get('idempotency-key')
      const claim = key !== undefined && { key: valid(Key, key, 'Idempotency-Key'), fingerprint: fingerprintOf(form) }
      const performed = await perform({ type: 'POST /orders', subject: orderId, data, ...(claim && { claim }) })
      if (performed.outcome === 'mismatch') throw new Problem(422, 'This Idempotency-Key has come with another order before')
      const { id, totalCents, traceparent } =
        performed.outcome === 'repeated'
          ? await found(performed.subject)
          : { id: orderId, totalCents: data.totalCents, traceparent: performed.said[0]?.traceparent }
      if (traceparent) response.set('traceresponse', traceparent)
      response
        .status(202)
        .location(`/orders/${id}`)
        .json({ orderId: id, status: 'placed', totalCents, ...traced(id, traceparent) })
    },

    'GET /orders': async (request, response) => {
      const { limit, after } = valid(Page, request.query, '?')
      const rows = await db.order.findMany({ ...(after && { where: { id: { lt: after } } }), orderBy: { id: 'desc' }, take: limit + 1 })
      const orders = rows.slice(0, limit).map(shown)
      response.json({ orders, ...(rows.length > limit && { next: orders.at(-1)?.orderId }) })
    },

    'GET /orders/:id': async (request, response) => {
      const order = await found(request.params['id'])
      const timeline = await db.timelineEntry.findMany({ where: { orderId: order.id }, orderBy: [{ at: 'asc' }, { nr: 'asc' }] })
      response.json({ ...shown(order), timeline: timeline.map(({ type, at }) => ({ type, at })) })
    },

    'POST /orders/:id/cancel': async (request, response) => {
      valid(Nothing, request.body)
      const { id } = request.params
      if (!isUuid(id)) return notFound()
      const orderId = (id as string).toLowerCase()
      const data: Cancelling = { orderId, reason: 'by-customer' }
      const performed = await perform({ type: 'POST /orders/:id/cancel', subject: orderId, data })
      const said = performed.outcome === 'done' ? performed.said[0] : undefined
      if (said)
        return response.status(202).json({ orderId, status: 'cancelled', reason: data.reason, ...traced(orderId, said.traceparent) })
      const order = await found(orderId)
      throw new Problem(409, 'The order has ended already', { detail: `It is ${order.status}.` })
    },
  }
}

const fingerprintOf = (form: object) => createHash('sha256').update(JSON.stringify(form)).digest('hex')

const notFound = (): never => {
  throw new Problem(404, 'There is no such order')
}
