import { z } from 'zod'
import { CancelReason, Line } from './events.ts'
import { OrderForm } from './order-form.ts'

const noSuchOrder = 'There is no such order'
const Links = z.object({ self: z.string(), trace: z.string().optional() })
const traced = { traceId: z.string().optional(), links: Links }

const Placed = z.object({ orderId: z.uuid(), status: z.literal('placed'), totalCents: z.int().nonnegative(), ...traced })
const Cancelled = z.object({ orderId: z.uuid(), status: z.literal('cancelled'), reason: z.literal('by-customer'), ...traced })
export const Shown = z.object({
  orderId: z.uuid(),
  status: z.enum(['placed', 'completed', 'cancelled']),
  reason: CancelReason.optional(),
  lines: z.array(Line),
  totalCents: z.int().nonnegative(),
  placedAt: z.date(),
  endedAt: z.date().optional(),
  ...traced,
})

const Key = z.string().regex(/^[!-~]{1,255}$/, 'must be 1 to 255 visible characters')
const Id = z.object({ id: z.uuid().toLowerCase() })
const Page = z.object({
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
    .default('20')
    .transform(Number),
  after: z.uuid('must be the id of an order').optional(),
})

export const products = {
  summary: 'The products on offer',
  answers: { 200: z.object({ products: z.array(z.object({ sku: z.string(), name: z.string(), unitPriceCents: z.int().nonnegative() })) }) },
}

export const place = {
  summary: 'Places an order',
  headers: z.object({ 'idempotency-key': Key.optional() }),
  body: OrderForm,
  answers: { 202: Placed },
}

export const list = {
  summary: 'The orders, newest first, page by page',
  query: Page,
  answers: { 200: z.object({ orders: z.array(Shown), next: z.uuid().optional() }) },
}

export const show = {
  summary: 'What has become of an order',
  params: Id,
  answers: { 200: Shown.extend({ timeline: z.array(z.object({ type: z.string(), at: z.date() })) }) },
  problems: { 404: noSuchOrder },
}

export const cancel = {
  summary: 'Cancels an order that has not ended yet',
  params: Id,
  body: z.strictObject({}).optional(),
  answers: { 202: Cancelled },
  problems: { 404: noSuchOrder, 409: 'The order has ended already' },
}
