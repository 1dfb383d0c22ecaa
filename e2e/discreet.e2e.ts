import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { docker } from '../infra/compose/docker.ts'
import { projectOf } from '../infra/compose/project.ts'
import { familyOf } from '../infra/native/family.ts'
import { containersIn } from './support/containers.ts'
import { keptDown } from './support/faults.ts'
import { listening, startedFor } from './support/processes.ts'
import { shop } from './support/shop.ts'

const folder = process.env['E2E_RUN'] ?? ''
const { place, order } = shop(folder)

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

test('the logs are JSON with trace, order and event id, and hold nobody’s address, also when a letter cannot be sent', async () => {
  const log = () => readFileSync(join(folder, 'logs/order.log'), 'utf8')
  const before = log().length
  const logged = () => log().slice(before).split('\n').slice(0, -1)
  const { orderId, traceId } = await keptDown('mail', async () => {
    const placed = await place({ email: 'countess.of@lovelace.example', paymentMethod: 'pm_card_chargeDeclined' })
    await expect.poll(() => readFileSync(join(folder, 'logs/email.log'), 'utf8')).toContain(placed.orderId)
    await expect.poll(async () => (await order(placed.orderId)).status).toBe('cancelled')
    return placed
  })
  const heard = () =>
    logged()
      .map((line) => JSON.parse(line))
      .find((line) => line.orderId === orderId && line.type === 'payment.declined')
  const eventId = expect.stringMatching(/^[0-9a-f-]{36}$/)
  await expect.poll(heard).toMatchObject({ traceId, eventId, service: 'order', level: 30 })
  for (const log of readdirSync(join(folder, 'logs')))
    expect(readFileSync(join(folder, 'logs', log), 'utf8'), log).not.toMatch(/countess|lovelace|ada@example|rue de la danse|75009/i)
})
