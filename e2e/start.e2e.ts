import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { signal } from '../infra/chaos/parts.ts'
import { docker } from '../infra/compose/docker.ts'
import { projectOf, removed } from '../infra/compose/project.ts'
import { familyOf } from '../infra/native/family.ts'
import { removePostgres } from '../infra/native/postgres-data.ts'
import { audited } from './support/audit.ts'
import { containersIn } from './support/containers.ts'
import { isAlive, isOpen, startedFor } from './support/processes.ts'
import { type Placed, shop } from './support/shop.ts'
import { contained, ended, type Part, partsIn, run, said, saidReady } from './support/system.ts'

test.describe.configure({ mode: 'serial' })

const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-start-'))
const { place, order, payment, stock, url } = shop(folder)
const stateOf = () => JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))
const project = projectOf(folder)
const containers = () => containersIn(project)
const everybody = () => [...new Set([...familyOf(stateOf().supervisor.pid), ...startedFor(folder)])]

let supervisor: ChildProcess
let overdue: Placed[]

test.beforeAll(async () => {
  test.setTimeout(contained ? 180_000 : 60_000)
  supervisor = run(['--without', 'shipping'], folder, { ORDER_DEADLINE_SECONDS: '20' })
  await saidReady(supervisor)
  overdue = [await place(), await place({ lines: [{ sku: 'tray', quantity: 7 }] })]
})

test.afterAll(async () => {
  signal(startedFor(folder), 'SIGKILL')
  if (contained) await removed(project, { forget: true })
  removePostgres(folder)
  rmSync(folder, { recursive: true, force: true })
})

test('a second start says that it runs already, and where, and starts nothing', async () => {
  const before = stateOf()
  const second = await ended(run(['--without', 'shipping'], folder))
  expect(second.code).toBe(0)
  expect(second.output).toContain(`It runs already, in ${folder}`)
  expect(second.output).toContain(partsIn(folder).order.url)
  expect(stateOf()).toEqual(before)
})

test('--docker says what is missing where no engine answers; a service or an option that does not exist is told', async () => {
  const elsewhere = join(folder, 'elsewhere')
  const noEngine = { DOCKER_HOST: 'tcp://127.0.0.1:1' }
  const wished = await ended(run(['--docker'], elsewhere, noEngine))
  expect(wished.output).toMatch(/No Docker engine answers|Docker is not installed|no Compose plugin/)
  expect(wished.output).toContain('npm start -- --native')
  expect(wished.code).toBe(1)
  const without = await ended(run(['--without', 'nobody'], elsewhere))
  expect(without.output).toMatch(/no service nobody; there are order, .*shipping/)
  expect(without.code).toBe(1)
  const unknown = await ended(run(['--demmo'], elsewhere))
  expect(unknown.output).toMatch(/Unknown option '--demmo'[^\n]*\n$/)
  expect(unknown.code).toBe(2)
  expect(existsSync(elsewhere)).toBe(false)
})

test('state.json names each part that runs: its url, the process or container whose death is its death, and the broker’s management', async () => {
  const { parts } = stateOf()
  const running = ['email', 'inventory', 'jaeger', 'mail', 'order', 'payment', 'postgres', 'rabbitmq'].filter((name) => name in parts)
  expect(Object.keys(parts).sort()).toEqual(running)
  expect(running).toEqual(expect.arrayContaining(['email', 'inventory', 'mail', 'order', 'payment', 'postgres', 'rabbitmq']))
  for (const [name, part] of Object.entries<Part>(parts)) {
    expect(part, name).toMatchObject({ url: expect.stringMatching(/^(http|amqp|postgresql):\/\/.*127\.0\.0\.1:\d+/), ready: true })
    if (contained) expect(await docker('inspect', '--format', '{{.State.Running}}', part.container ?? ''), name).toBe('true')
    else expect(isAlive(part.pid ?? 0), name).toBe(true)
  }
  expect(parts.rabbitmq.management).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test('an order that nobody finishes in time is cancelled as overdue, and its money and stock are back', async () => {
  for (const { orderId } of overdue) {
    await expect.poll(() => order(orderId), { timeout: 60_000 }).toMatchObject({ status: 'cancelled', reason: 'overdue' })
    await expect.poll(() => payment(orderId)).toMatchObject({ status: 'refunded', bank: [{ kind: 'charge' }, { kind: 'refund' }] })
  }
  await expect.poll(async () => (await stock()).filter(({ reserved, shipped }) => reserved + shipped > 0)).toEqual([])
})

test('orders are taken while shipping has never been started; it is started by a second command, and they are completed', async () => {
  const placed = [await place(), await place(), await place()]
  for (const { orderId } of placed) {
    await expect.poll(() => payment(orderId).catch(() => undefined)).toMatchObject({ status: 'approved' })
    expect(await order(orderId)).toMatchObject({ status: 'placed' })
  }
  const second = await ended(run([], folder))
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining('starting shipping') })
  expect((await fetch(url('shipping', '/health/live'))).status).toBe(200)
  const ids = [...overdue, ...placed].map(({ orderId }) => orderId)
  const all = await audited(shop(folder), ids)
  expect(all.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'completed', 'completed', 'completed'])
})

test('after kill -9 of the supervisor, npm start -- --demo ends or takes over what was left, keeps the data, and shows six dances', async () => {
  const before = contained ? [] : everybody()
  signal([stateOf().supervisor.pid], 'SIGKILL')
  await expect.poll(() => isAlive(Number(supervisor.pid))).toBe(false)
  supervisor = spawn('npm', ['start', '--', contained ? '--docker' : '--native', '--demo'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PAS_DE_CINQ_RUN: folder, PAS_DE_CINQ_PORTS: 'free', NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, as in a terminal
  })
  const dances = said(supervisor, /dances ended/)
  await saidReady(supervisor)
  expect(before.filter(isAlive)).toEqual([])
  expect(await order(overdue[0]?.orderId ?? '')).toMatchObject({ reason: 'overdue' })
  expect(await dances).toContain('6 of 6 dances ended as they should')
  for (const ending of ['completed', 'out-of-stock', 'payment-declined', 'undeliverable', 'by-customer'])
    expect(await dances).toMatch(new RegExp(`✓ .*${ending}`))
})

test('Ctrl-C ends everything: no process, epmd neither, and no container stays behind, and no port stays open', async () => {
  const before = contained ? [] : everybody()
  const ports = Object.values<object>(stateOf().parts)
    .flatMap((part) => Object.values(part).flatMap((value) => /:(\d+)/.exec(String(value).split('@').at(-1) ?? '')?.[1] ?? []))
    .concat(stateOf().parts.rabbitmq.epmd ?? [])
    .map(Number)
  expect(ports.length).toBeGreaterThan(10)
  process.kill(-Number(supervisor.pid), 'SIGINT')
  await expect.poll(() => existsSync(join(folder, 'state.json')), { timeout: contained ? 30_000 : 10_000 }).toBe(false)
  await expect.poll(() => before.filter(isAlive)).toEqual([])
  expect(startedFor(folder)).toEqual([])
  if (contained) expect(await containers()).toEqual([])
  expect(await Promise.all(ports.map(isOpen))).not.toContain(true)
})
