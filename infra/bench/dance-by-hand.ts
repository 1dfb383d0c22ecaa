import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { byHand } from './by-hand.ts'
import type { Event, Tx } from './committing.ts'
import { type Order, placed, told } from './order-by-hand.ts'
import { placing } from './placing.ts'

// The whole dance by hand, as far as it goes well: `dance-by-hand.ts SERVICE` is one of the five, with the rows and messages of that service, the
// bank's and the mail's among them. One event per transaction, 20 at a time. Nothing can be declined, cancelled or missing here.

type Part = (tx: Tx, event: Event) => Promise<void>
const service = process.argv[2] as string
const { commit, hear } = await byHand('hand')

const saying = ({ say }: Tx, subject: string, type: string, data: object = {}) =>
  say(type, [{ subject, data: { orderId: subject, ...data } }])

const complete: Part = async (tx, { subject, type }) => {
  await tx.run('complete', "update orders set status = 'completed', ended_at = now() where id = $1", [subject])
  await told(tx, subject, type)
  await told(tx, subject, 'order.completed')
  await saying(tx, subject, 'order.completed')
}

// Last of all, for orders share these rows, and locked in one order.
const inStock = (tx: Tx, name: string, set: string, lines: Order['lines']) =>
  tx.run(
    name,
    `with locked as materialized (select sku from stock where sku = any($1::text[]) order by sku for update)
    update stock set ${set} from unnest($1::text[], $2::int[]) as line (sku, quantity), (select count(*) from locked) as all_of_them
    where stock.sku = line.sku`,
    [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)],
  )

const reserve: Part = async (tx, { subject, data: { lines } }) => {
  await tx.run('hold', "insert into holds values ($1, 'held', $2)", [subject, JSON.stringify(lines)])
  await saying(tx, subject, 'inventory.reserved', { lines })
  await inStock(tx, 'reserve', 'available = available - quantity, reserved = reserved + quantity', lines as Order['lines'])
}

const withdraw: Part = async (tx, { subject }) => {
  const { rows } = await tx.run('withdraw', "update holds set status = 'withdrawn' where order_id = $1 returning lines", [subject])
  await saying(tx, subject, 'inventory.withdrawn', { lines: rows[0].lines })
  await inStock(tx, 'ship', 'reserved = reserved - quantity, shipped = shipped + quantity', rows[0].lines)
}

const charge: Part = async (tx, { subject, data: { totalCents } }) => {
  await commit(async ({ run }) => {
    await run('intent', 'insert into bank_intents values ($1) on conflict do nothing', [subject])
    await run('booking', "insert into bank_bookings values ($1, 'charge', $2)", [subject, totalCents])
  })
  await tx.run('payment', "insert into payments values ($1, 'approved', $2)", [subject, totalCents])
  await saying(tx, subject, 'payment.approved', { amountCents: totalCents, receipt: `R-${subject}` })
}

const dispatch: Part = async (tx, { subject, type, data }) => {
  const cues = [
    subject,
    (data['address'] as Order['address'] | undefined)?.country,
    type === 'inventory.reserved',
    type === 'payment.approved',
  ]
  const cue = `insert into parcels values ($1, 'waiting', $2, $3, $4) on conflict (order_id) do update set
    country = coalesce(excluded.country, parcels.country), reserved = excluded.reserved or parcels.reserved, paid = excluded.paid or parcels.paid
    returning country is not null and reserved and paid as complete`
  const { rows } = await tx.run('cue', cue, cues)
  if (!rows[0].complete) return
  await tx.run('dispatch', "update parcels set status = 'dispatched' where order_id = $1", [subject])
  await saying(tx, subject, 'shipping.dispatched', { trackingCode: `PDC-${subject.slice(-12).toUpperCase()}` })
}

const write: Part = async (tx, { subject, type, data: { customer } }) => {
  const occasion = type.slice('order.'.length)
  const { name, email } = (customer ?? {}) as Partial<Order['customer']>
  const letter = `insert into letters select $1::uuid, $2::text, coalesce($3, (select email from correspondences where order_id = $1)), $4, now()`
  const known =
    'insert into correspondences values ($1, $2, $3, array[$4]) on conflict (order_id) do update set sent = correspondences.sent || $4::text'
  await commit(({ run }) => run('letter', letter, [subject, occasion, email, `<${subject}.${occasion}>`]))
  await tx.run('correspondence', known, [subject, name, email, occasion])
  await saying(tx, subject, 'email.sent', { occasion })
}

const parts: Readonly<Record<string, Readonly<Record<string, Part>>>> = {
  order: { 'shipping.dispatched': complete },
  inventory: { 'order.placed': reserve, 'order.completed': withdraw },
  payment: { 'order.placed': charge },
  shipping: { 'order.placed': dispatch, 'inventory.reserved': dispatch, 'payment.approved': dispatch },
  email: { 'order.placed': write, 'order.completed': write },
}

if (service === 'order')
  createServer(async (request, response) => {
    const { lines: _, ...form } = (await json(request)) as Order
    const order = { ...placing(randomUUID()), ...form }
    await commit((tx) => placed(tx, order))
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ orderId: order.orderId }))
  }).listen(Number(process.env['PORT']), '127.0.0.1')
await hear(`hand.${service}`, { most: 1, atOnce: 20 }, async (tx, [event]) => {
  if (event) await parts[service]?.[event.type]?.(tx, event)
})
