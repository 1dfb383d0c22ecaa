import { byHand } from './by-hand.ts'
import { placed } from './order-by-hand.ts'
import { placing } from './placing.ts'
import { produce } from './produce.ts'

// The hop by hand, with the rows and messages of order and shipping. `limit.ts a` places orders; `limit.ts b 1` hears them, one delivery per
// transaction and 20 at a time, `limit.ts b 50` fifty per transaction; with SAYS=1 b says an event for each.

const [role, most] = [process.argv[2], Number(process.argv[3])]
const { commit, hear } = await byHand('limit')

const place = async (orderId: string) => {
  await commit((tx) => placed(tx, placing(orderId)))
  return orderId
}

if (role === 'a') produce(place)
else
  await hear('limit.b', { most, atOnce: most === 1 ? 20 : 1 }, async ({ run, say }, events) => {
    const parcels = 'insert into parcels (order_id, country) select * from unnest($1::uuid[], $2::text[])'
    const countries = events.map(({ data }) => (data['address'] as { country: string }).country)
    await run('parcels', parcels, [events.map(({ subject }) => subject), countries])
    const dispatched = events.map(({ subject }) => ({ subject, data: { orderId: subject, trackingCode: 'PDC-0123456789AB' } }))
    if (process.env['SAYS'] === '1') await say('shipping.dispatched', dispatched)
  })
