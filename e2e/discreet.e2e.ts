import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { docker } from '../infra/compose/docker.ts'
import { projectOf } from '../infra/compose/project.ts'
import { familyOf } from '../infra/native/family.ts'
import { audited } from './support/audit.ts'
import { containersIn } from './support/containers.ts'
import { keptDown } from './support/faults.ts'
import { listening, startedFor } from './support/processes.ts'
import { services } from './support/services.ts'
import { form, type Placed, shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'
import { operationsOf } from './support/traces.ts'

const folder = process.env['E2E_RUN'] ?? ''
const { post, cancel, order } = shop()

test('nothing is published but on loopback @containers', async () => {
  const published = await docker(
    'inspect',
    '--format',
    '{{json .NetworkSettings.Ports}} {{.HostConfig.NetworkMode}}',
    ...(await containersIn(projectOf(folder))),
  )
  expect(published).toContain('"HostIp":"127.0.0.1"')
  expect(published.match(/"HostIp":"(?!127\.0\.0\.1")[^"]*"|\bhost$/gm)).toBe(null)
})

test('nothing listens beyond loopback @native', () => {
  const { supervisor } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))
  const addresses = listening([...familyOf(supervisor.pid), ...startedFor(folder)])
  expect(addresses.length).toBeGreaterThan(10)
  expect(addresses.filter((address) => !/^(0100007F|0{24}01000000|0{16}FFFF00000100007F):/.test(address))).toEqual([])
})

test.describe('of a customer whose letter cannot be sent', () => {
  const secret = /lovelace|linden|\bada\b|rue de la danse/i
  const log = (service: string) => readFileSync(join(folder, `logs/${service}.log`), 'utf8')
  let before: number
  let placed: Placed

  test.beforeAll(async () => {
    before = log('order').length
    placed = await keptDown('mail', async () => {
      const response = await post('/orders', {
        ...form({ paymentMethod: 'pm_card_chargeDeclined' }),
        customer: { name: 'Ada Lovelace', email: 'ada@lovelace.example' },
        address: { street: 'Unter den Linden 7', city: 'Lindenau', postalCode: 'D-LINDEN', country: 'DE' },
      })
      const placed = (await response.json()) as Placed
      await expect.poll(() => log('email')).toContain(placed.orderId)
      await expect.poll(async () => (await order(placed.orderId)).status).toBe('cancelled')
      return placed
    })
    expect((await cancel(placed.orderId)).status).toBe(409)
    await audited(shop(), [placed.orderId])
  })

  test('the logs are JSON with trace, order and event id, and hold nobody’s address, also when a letter cannot be sent', async () => {
    const { orderId, traceId } = placed
    const lines = () => log('order').slice(before).split('\n').slice(0, -1)
    const heard = () =>
      lines()
        .map((line) => JSON.parse(line))
        .find((line) => line.orderId === orderId && line.type === 'payment.declined')
    const eventId = expect.stringMatching(/^[0-9a-f-]{36}$/)
    await expect.poll(heard).toMatchObject({ traceId, eventId, service: 'order', level: 30 })
    for (const name of readdirSync(join(folder, 'logs'))) expect(readFileSync(join(folder, 'logs', name), 'utf8'), name).not.toMatch(secret)
  })

  test('spans hold nobody’s name or address', async () => {
    const trace = async () => (await fetch(`${process.env['E2E_TRACES']}/api/traces/${placed.traceId}`)).text()
    await expect.poll(trace).toContain('smtp send')
    expect(await trace()).not.toMatch(secret)
  })

  for (const name of services)
    test(`the metrics of ${name} hold nobody’s name or address, and no id; asking for them leaves no span`, async () => {
      const told = await (await fetch(`${partsIn()[name].url}/metrics`)).text()
      expect(told).not.toMatch(secret)
      const instance = /service_instance_id="[^"]+"/ // a name for the process, made anew with each
      expect(told).toMatch(instance)
      expect(told.replaceAll(new RegExp(instance, 'g'), '')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}|@/)
      expect((await operationsOf(name)).filter((operation) => operation.includes('metrics'))).toEqual([])
    })
})
