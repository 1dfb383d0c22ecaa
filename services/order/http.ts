import { createHash } from 'node:crypto'
import type { Perform } from '@pas-de-cinq/shared/command'
import { route } from '@pas-de-cinq/shared/contract'
import type { Route, Routes } from '@pas-de-cinq/shared/http'
import { Problem } from '@pas-de-cinq/shared/problem'
import { v7 as newId } from 'uuid'
import type { z } from 'zod'
import * as contracts from './contracts.ts'
import type { Cancelling, Placing } from './decisions.ts'
import type { CancelReason } from './events.ts'
import type { Order, PrismaClient } from './generated/client.ts'
import { priced, products } from './products.ts'

type Shown = z.input<typeof contracts.Shown>

/** What is never refused, however much is asked. */
export const spares: readonly Route[] = ['POST /orders/:id/cancel']

export const http = ({ db, perform, jaegerUrl }: { db: PrismaClient; perform: Perform; jaegerUrl: string }): Routes => {
  const traced = (orderId: string, traceparent: string | null | undefined) => {
    const traceId = traceparent?.split('-')[1]
    return { traceId, links: { self: `/orders/${orderId}`, trace: traceId && `${jaegerUrl}/trace/${traceId}` } }
  }
  const shown = ({ id, status, reason, lines, totalCents, placedAt, endedAt, traceparent }: Order): Shown => ({
    orderId: id,
    status,
    ...(reason && { reason: reason as CancelReason }),
    lines: lines as Shown['lines'],
    totalCents,
    placedAt,
    ...(endedAt && { endedAt }),
    ...traced(id, traceparent),
  })
  const found = async (id: string) => (await db.order.findUnique({ where: { id } })) ?? notFound()

  return {
    'GET /products': route(contracts.products, (_, response) => response.json({ products: [...products] })),

    'POST /orders': route(contracts.place, async ({ body: form, headers: { 'idempotency-key': key } }, response) => {
      const orderId = newId()
      const data: Placing = { orderId, ...form, ...priced(form.lines) }
      const claim = key !== undefined && { key, fingerprint: fingerprintOf(form) }
      const performed = await perform({ type: 'POST /orders', subject: orderId, data, ...(claim && { claim }) })
      if (performed.is === 'mismatch') throw new Problem(422, 'This Idempotency-Key has come with another order before')
      const { id, totalCents, traceparent } =
        performed.is === 'repeated'
          ? await found(performed.subject)
          : { id: orderId, totalCents: data.totalCents, traceparent: performed.said[0]?.traceparent }
      if (traceparent) response.set('traceresponse', traceparent)
      response
        .status(202)
        .location(`/orders/${id}`)
        .json({ orderId: id, status: 'placed', totalCents, ...traced(id, traceparent) })
    }),

    'GET /orders': route(contracts.list, async ({ query: { limit, after } }, response) => {
      const rows = await db.order.findMany({ ...(after && { where: { id: { lt: after } } }), orderBy: { id: 'desc' }, take: limit + 1 })
      const orders = rows.slice(0, limit).map(shown)
      response.json({ orders, ...(rows.length > limit && { next: orders.at(-1)?.orderId }) })
    }),

    'GET /orders/:id': route(contracts.show, async ({ params: { id } }, response) => {
      const order = await found(id)
      const timeline = await db.timelineEntry.findMany({ where: { orderId: order.id }, orderBy: [{ at: 'asc' }, { nr: 'asc' }] })
      response.json({ ...shown(order), timeline: timeline.map(({ type, at }) => ({ type, at })) })
    }),

    'POST /orders/:id/cancel': route(contracts.cancel, async ({ params: { id: orderId } }, response) => {
      const data = { orderId, reason: 'by-customer' } as const satisfies Cancelling
      const performed = await perform({ type: 'POST /orders/:id/cancel', subject: orderId, data })
      const said = performed.is === 'done' ? performed.said[0] : undefined
      if (said)
        return response.status(202).json({ orderId, status: 'cancelled', reason: data.reason, ...traced(orderId, said.traceparent) })
      const order = await found(orderId)
      throw new Problem(409, 'The order has ended already', { detail: `It is ${order.status}.` })
    }),
  }
}

const fingerprintOf = (form: object) => createHash('sha256').update(JSON.stringify(form)).digest('hex')

const notFound = (): never => {
  throw new Problem(404, 'There is no such order')
}
