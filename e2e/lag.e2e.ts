import { expect, test } from '@playwright/test'
import { freePort } from '../infra/ports.ts'
import { audited } from './support/audit.ts'
import { frozen } from './support/faults.ts'
import { instanceOf } from './support/instance.ts'
import { atRest, type Sample, scrape, scraped, scrapedAt, sum } from './support/metrics.ts'
import { shop } from './support/shop.ts'

const { place } = shop()

test('while the broker is away the outbox shows what waits and for how long; while the database is away the rest is still told', async () => {
  await audited(shop(), [(await place()).orderId])
  await frozen('rabbitmq', async () => {
    await place()
    await expect
      .poll(async () => {
        const now = await scraped('order')
        return sum(now, 'pas_de_cinq_outbox_depth') >= 1 && sum(now, 'pas_de_cinq_outbox_age') > 1
      })
      .toBe(true)
  })
  await frozen('postgres', async () => {
    const now = await scraped('order') // which fails after 3 s
    const told = new Set(now.map(({ name }) => name))
    expect([told.has('pas_de_cinq_outbox_depth'), told.has('pas_de_cinq_queue_depth')]).toEqual([false, true])
    expect(sum(now, 'order_ended_total')).toBeGreaterThan(0)
  })
  await expect.poll(async () => atRest(await scrape()), { timeout: 60_000 }).toBe(true)
})

test('of the outbox one instance alone tells, of several; one that has led tells no more', async () => {
  const second = await instanceOf('inventory')
  const tells = async (samples: Promise<Sample[]>) =>
    (await samples.catch(() => [])).flatMap(({ name, value }) =>
      name === 'pas_de_cinq_outbox_depth' || (name === 'pas_de_cinq_relay_leads' && value === 1) ? name : [],
    )
  const everything = ['pas_de_cinq_outbox_depth', 'pas_de_cinq_relay_leads']
  const both = async () => [await tells(scraped('inventory')), await tells(scrapedAt(second.metrics))]
  try {
    await expect
      .poll(() =>
        fetch(second.metrics).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
    await expect.poll(() => tells(scraped('inventory'))).toEqual(everything)
    expect(await tells(scrapedAt(second.metrics))).toEqual([])
    await frozen('inventory', async () => {
      await expect.poll(() => tells(scrapedAt(second.metrics)), { timeout: 30_000 }).toEqual(everything)
    })
    await expect.poll(both).toEqual([[], everything])
  } finally {
    await second.stop()
  }
  await expect.poll(async () => atRest(await scrape()), { timeout: 30_000 }).toBe(true)
})

test('lagging is told in the log and in the metrics, and that what a service asks is away; whoever can do the work does it then', async () => {
  const nobody = { SMTP_URL: `smtp://127.0.0.1:${await freePort()}`, LAG_WARN_SECONDS: '1', LOG_LEVEL: 'warn' }
  const second = await instanceOf('email', nobody)
  const orders: string[] = []
  try {
    await expect(async () => {
      orders.push((await place()).orderId)
      const now = await scrapedAt(second.metrics)
      for (const name of ['pas_de_cinq_lagging', 'pas_de_cinq_asks_away']) expect(sum(now, name), name).toBe(1)
      expect(sum(now, 'pas_de_cinq_consumer_lag')).toBeGreaterThan(1)
    }).toPass({ timeout: 60_000, intervals: [500] })
    expect(second.said()).toContain('lags behind')
    expect(second.said()).toContain('what email asks is away')
    expect(sum(await scraped('email'), 'pas_de_cinq_asks_away')).toBe(0)
  } finally {
    await second.stop()
  }
  await audited(shop(), orders)
})
