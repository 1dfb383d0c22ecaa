import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { bought, steadily, wrongEnds } from '../infra/chaos/customers.ts'
import { docker } from '../infra/compose/docker.ts'
import { compose, portVariables, projectOf, removed } from '../infra/compose/project.ts'
import { repository } from '../infra/native/run-folder.ts'
import { choosePorts } from '../infra/ports.ts'
import { audited } from './support/audit.ts'
import { containersIn } from './support/containers.ts'
import { deadLetters } from './support/dead-letters.ts'
import { services } from './support/services.ts'
import { problemOf, shop } from './support/shop.ts'

const project = projectOf(process.env['E2E_RUN'] ?? '')
const { place, ended, url } = shop()

const containers = (service?: string) => containersIn(project, service)

const scaled = async (...replicas: string[]) => {
  const scale = replicas.flatMap((replicas) => ['--scale', replicas])
  const { failed, all } = await compose(project).run('up', '--detach', '--wait', '--no-build', '--no-recreate', ...scale)
  if (failed) throw new Error(all)
}

/** Whether a replica leads its service's relay, as it says itself. */
const leads = async (container: string): Promise<boolean> => {
  const ask = `fetch("http://127.0.0.1:" + process.env.PORT + "/health/ready").then((it) => it.text()).then(console.log)`
  return JSON.parse(await docker('exec', container, 'node', '-e', ask)).relay.leads
}

/** Another system in containers beside the one that all tests share: its own project, on free ports, by plain Compose commands. */
const besides = async () => {
  const folder = join(tmpdir(), `pas-de-cinq-${randomUUID()}`)
  const name = projectOf(folder)
  const { ports } = await choosePorts([...services], { free: true })
  const env = { ...process.env, COMPOSE_PROJECT_NAME: name, PAS_DE_CINQ_RUN: folder, ...portVariables(ports) }
  const sh = (command: string) => promisify(execFile)('sh', ['-c', command], { cwd: repository, env })
  return { sh, ports, forget: () => removed(name, { forget: true }) }
}

test.describe('in containers @containers', () => {
  test.afterEach('there are no dead letters', async () => expect(await deadLetters()).toEqual({}))

  test('nobody of ours is root, nothing can be written, nothing can be gained; each has a bound to its memory', async () => {
    for (const id of await containers()) {
      const { Config, HostConfig } = JSON.parse(await docker('inspect', id))[0]
      expect(HostConfig.Memory, Config.Image).toBeGreaterThan(0)
      expect(HostConfig.Privileged, Config.Image).toBe(false)
      if (Config.Image !== 'pas-de-cinq') continue
      expect(Config.User).toBe('node')
      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges:true'] })
    }
  })

  test('a door whose service has no replica answers 503 and when to come back; the other doors stay open, also after they were all shut', async () => {
    for (const service of services) {
      const [replica = ''] = await containers(service)
      await docker('stop', replica)
      expect(await docker('inspect', '--format', '{{.State.ExitCode}}', replica), `${service} has ended by itself, in time`).toBe('0')
      const answer = await fetch(url(service, '/health/live'))
      expect(await problemOf(answer), service).toMatchObject({ status: 503 })
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      for (const other of services) if (other !== service) expect((await fetch(url(other, '/health/live'))).status, other).toBe(200)
      await docker('start', replica)
      await expect(async () => expect((await fetch(url(service, '/health/ready'))).status).toBe(200)).toPass()
    }
    const [doors = ''] = await containers('doors')
    await docker('restart', doors)
    await expect(async () => expect((await ended((await place()).orderId)).status).toBe('completed')).toPass()
  })

  test('three of payment and three of shipping: one of each is killed, leaders are frozen; events flow again soon, and nothing is lost or doubled', async () => {
    await scaled('payment=3', 'shipping=3')
    const customers = steadily(shop())
    const [payments, shippings] = await Promise.all([containers('payment'), containers('shipping')])
    expect([payments.length, shippings.length]).toEqual([3, 3])
    await docker('kill', payments[0] ?? '', shippings[0] ?? '')
    for (const replicas of [payments.slice(1), shippings.slice(1)]) {
      const leaders = async () => (await Promise.all(replicas.map(leads))).map((leads, i) => (leads ? replicas[i] : '')).filter(Boolean)
      await expect.poll(leaders, { timeout: 20_000 }).toHaveLength(1)
      const [leader = ''] = await leaders()
      await expect(() => docker('pause', leader)).toPass({ timeout: 30_000 }) // a busy kernel may refuse to freeze it at first
      const { orderId } = await place()
      expect((await ended(orderId, 30_000)).status).toBe('completed')
      await docker('unpause', leader)
    }
    const steady = await customers.stop()
    const atOnce = await Promise.all(Array.from({ length: 200 }, (_, i) => bought(shop(), i)))
    const all = [...steady, ...atOnce]
    const audit = await audited(
      shop(),
      all.map(({ orderId }) => orderId),
      { crashed: true },
    )
    expect(wrongEnds(all, audit)).toEqual([])
    await scaled('payment=1', 'shipping=1')
  })

  test('README: docker compose up, scale, kill, up, down, and up again keeps orders, queues and letters; nothing is lost', async () => {
    const { sh, ports, forget } = await besides()
    const parts = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, { url: `http://127.0.0.1:${port}` }]))
    const there = shop(parts)
    try {
      await sh('docker compose up --build --detach --wait')
      expect((await sh('npm run demo')).stdout).toContain('6 of 6 dances ended as they should')
      await expect(sh('npm run reset')).rejects.toThrow(/is running in containers/)
      const customers = steadily(there)
      await sh('docker compose up --detach --scale inventory=3')
      await sh('docker compose kill payment')
      await sh('docker compose up --detach')
      const all = await customers.stop()
      await sh('docker compose down')
      await sh('docker compose up --detach --wait')
      const audit = await audited(
        there,
        all.map(({ orderId }) => orderId),
        { crashed: true },
      )
      expect(wrongEnds(all, audit)).toEqual([])
    } finally {
      await forget()
    }
  })
})
