import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { execa } from 'execa'
import { audited } from '../infra/chaos/audit.ts'
import { bought } from '../infra/chaos/customers.ts'
import { worldIn } from '../infra/chaos/world.ts'
import { runningIn, type State } from '../infra/native/run-folder.ts'
import { broker } from './support/broker.ts'
import { environment } from './support/commands.ts'
import { deadLetters } from './support/dead-letters.ts'
import { lying } from './support/lying.ts'
import { shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'

const folder = process.env['E2E_RUN'] ?? ''
const run = (command: string, ...args: string[]) =>
  execa('npm', ['run', '--silent', command, '--', ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PAS_DE_CINQ_RUN: folder },
    reject: false,
  })

const faults = [
  'kill order after commit before publish',
  'kill shipping after publish before mark',
  'kill inventory after effect before ack',
  'kill payment after ask before commit',
  'network to postgres cut again and again',
  'each event delivered three times, late',
  'poison for every service',
]

test('npm run chaos: faults of each kind befall the system while orders are under way; nothing is lost, doubled or stuck, as its table says', async () => {
  test.setTimeout(300_000)
  const { stdout, exitCode } = await run('chaos', '--orders', '8', ...faults.flatMap((fault) => ['--only', fault]))
  expect(exitCode, stdout).toBe(0)
  const [head, ...rows] = stdout.split('\n')
  expect(head).toMatch(/^fault +orders +lost +doubled +stuck +to recover +letters again$/)
  for (const [i, fault] of faults.entries()) expect(rows[i]).toMatch(new RegExp(`^${fault} +8 +0 +0 +0 +[\\d.]+ s +\\d+$`))
  expect(stdout).toContain(`${faults.length} of ${faults.length} faults: nothing lost, nothing doubled, nothing stuck.`)
  expect(await deadLetters()).toEqual({})
  for (const [name, { ready }] of Object.entries(partsIn())) expect(ready, name).toBe(true)
  expect(await run('audit', '--crashed', '--settling', '0')).toMatchObject({ exitCode: 0 })
})

const answers = () =>
  fetch(`${partsIn().shipping.url}/health/live`, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  )
const mayRead = async () => (await broker().manage<{ read: string }>('GET', 'permissions/%2F/shipping')).read !== '^$'

for (const [fault, isWell] of [
  ['freeze shipping', answers],
  ['deliveries held back', mayRead],
] as const)
  test(`Ctrl-C in the midst of “${fault}” undoes it`, async () => {
    const args = ['infra/chaos.ts', '--orders', '8', '--only', fault]
    const chaos = spawn(process.execPath, args, { env: environment, stdio: 'ignore' })
    const ended = once(chaos, 'exit')
    await expect.poll(isWell, { timeout: 30_000, intervals: [50] }).toBe(false)
    chaos.kill('SIGINT')
    expect(await ended).toEqual([130, null])
    expect(await isWell()).toBe(true)
  })

test('what is lost, doubled or stuck is seen', async () => {
  const email = 'wronged@chaos.example'
  const sold = { ...(await bought(shop(), 0, email)), email }
  const world = await worldIn(folder, runningIn(folder) as State)
  const look = async (patience: number, lie: Record<string, string> = {}) => {
    const lies = Object.fromEntries(Object.entries(lie).map(([part, url]) => [part, { url, ready: true, restarts: 0 }]))
    const { faults } = await audited({ ...world, addresses: { ...world.addresses, ...lies } }, [sold], patience, () => {})
    return faults.map(({ is, what }) => `${is}: ${what}`)
  }
  expect(await look(60_000)).toEqual([])
  using payment = await lying('payment', (_, { bank }: { bank: object[] }) => ({ status: 'approved', bank: [...bank, ...bank] }))
  using shipping = await lying('shipping', () => ({ status: 'waiting' }))
  using order = await lying('order', (_, body: object) => ({ ...body, status: 'placed' }))
  expect(await look(500, { payment: payment.url })).toEqual([`doubled: ${sold.orderId}: money: charge, charge booked, payment approved`])
  expect(await look(500, { shipping: shipping.url })).toEqual([`lost: ${sold.orderId}: parcel: waiting`])
  expect(await look(500, { order: order.url })).toContainEqual(expect.stringMatching(`stuck: ${sold.orderId}: placed .* has not ended`))

  const twice = await bought(shop(), 0, email)
  await expect(async () => expect(await look(500)).toContainEqual(expect.stringMatching(`doubled: .* letter <${twice.orderId}`))).toPass()
})

test('npm run chaos says which faults there are when asked for another', async () => {
  const { stderr, exitCode } = await run('chaos', '--only', 'an earthquake')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/no such fault; there are:\n.*nothing\n.*kill email\n/s)
})
