import { expect, test } from '@playwright/test'
import { partsOf } from '../infra/chaos/parts.ts'
import { audited } from './support/audit.ts'
import { form, type Placed, problemOf, shop } from './support/shop.ts'
import { startWhole } from './support/system.ts'

const most = 20

test('at OUTBOX_MAX, the broker away, orders are refused and cancellations taken; what was taken ends, and orders are taken again', async () => {
  test.setTimeout(240_000)
  const { folder, stop } = await startWhole([], { OUTBOX_MAX: String(most) })
  const { place, post, cancel } = shop(folder)
  const all: Placed[] = []
  try {
    const refused = await partsOf(folder).keptDown('rabbitmq', async () => {
      for (;;) {
        const response = await post('/orders', form())
        if (response.status !== 202) return response
        all.push((await response.json()) as Placed)
        expect(all.length).toBeLessThanOrEqual(most)
        if (all.length !== most) continue
        expect((await cancel(all[0]?.orderId ?? '')).status).toBe(202)
        expect((await cancel(all[1]?.orderId ?? '')).status).toBe(202)
      }
    })
    expect(await problemOf(refused)).toMatchObject({ status: 503 })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)

    await expect(async () => void all.push(await place())).toPass({ timeout: 60_000, intervals: [500] })
    const audit = await audited(
      shop(folder),
      all.map(({ orderId }) => orderId),
    )
    expect(audit.map(({ status }) => status)).toEqual(all.map((_, i) => (i < 2 ? 'cancelled' : 'completed')))
  } finally {
    await stop()
  }
})
