import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { shop } from './support/shop.ts'
import { partsIn, startWhole } from './support/system.ts'
import { spansOf } from './support/traces.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'))
const inline = [...readme.matchAll(/`((?:TRACE_DETAIL=db )?(?:npm|docker compose) [^`]+)`/g)].map(([, command = '']) => command)

const usual: Record<string, number> = { order: 3001, inventory: 3002, payment: 3003, shipping: 3004, email: 3005 }
const here = (command: string) =>
  Object.entries(usual).reduce((text, [name, port]) => text.replaceAll(`http://127.0.0.1:${port}`, partsIn()[name as 'order'].url), command)

/** Runs a command as a person would, for the system in `folder`. */
const sh = (command: string, folder = process.env['E2E_RUN'] ?? '') =>
  promisify(execFile)('sh', ['-c', command], {
    cwd: root,
    env: { ...process.env, PAS_DE_CINQ_RUN: folder, PAS_DE_CINQ_PORTS: 'free' },
    maxBuffer: 10_000_000,
  })

const containerCommands = [...new Set(blocks.filter((command) => command.startsWith('docker compose ')))]

test('README names no command that no test runs', () => {
  const elsewhere = [
    'npm test', // runs this
    'npm start', // every end-to-end test
    'npm start -- --docker', // start.e2e.ts, npm run test:compose
    'npm start -- --native', // start.e2e.ts
    'npm run test:compose', // beside npm test
    'docker compose --profile metrics up', // infra/metrics-profile.test.ts, as far as it can be without its images
    'npm start -- --demo', // the demo below, and start.e2e.ts
    'npm start -- --without shipping', // start.e2e.ts
    'npm test -- integration messaging',
    'npm run chaos', // chaos.e2e.ts
    'npm run load', // load.e2e.ts
    'npm run soak', // load.e2e.ts
    'npm run bench -- --quick', // .ci/run
    'npm run flat -- --quick', // .ci/run
    'npm run load -- --rate 20 --for 10m --mix happy=6,declined=1,cancelled=1', // load.e2e.ts
    'npm run dead -- show …', // dead-letters.e2e.ts
  ]
  const ran = [
    'npm run demo',
    'npm run dead',
    'npm run audit',
    'npm run check',
    'npm run diagram',
    'npm run pictures',
    'npm run reset',
    'npm run simulate -- --schedules 2000 --seed 1',
    "npm run simulate -- --seed 1 --mistake 'there is no inbox'",
    'npm test -- unit',
    'TRACE_DETAIL=db npm start',
  ]
  ran.push(...containerCommands)
  const named = new Set([...blocks, ...inline].filter((command) => !command.startsWith('curl ')))
  expect([...named].sort()).toEqual([...elsewhere, ...ran].sort())
})

for (const command of blocks.filter((command) => command.startsWith('curl ')))
  test(`README: ${command.slice(0, 50)}`, async () => {
    const { stdout } = await sh(`${here(command)} --silent --fail-with-body`)
    const body = JSON.parse(stdout.split('\r\n\r\n').at(-1) ?? '')
    expect(body).toEqual(expect.objectContaining(command.includes('-d ') ? { status: 'placed' } : {}))
  })

test('README: npm run demo shows six dances that end as they should, npm run dead has nothing to list, npm run audit finds nothing', async () => {
  const demo = await sh('npm run demo')
  expect(demo.stdout).toContain('6 of 6 dances ended as they should')
  expect((await sh('npm run dead')).stdout).toContain('There are no dead letters.')
  const { stdout } = await sh('npm run audit -- --crashed') // other tests have killed parts of it
  expect(stdout).toMatch(/^\d+ orders: .*, 0 do not; the stock adds up$/m)
})

test('README: npm run simulate keeps every promise; with a mistake it shows the dance that breaks one, which can be seen again', async () => {
  test.slow()
  expect((await sh('npm run simulate -- --schedules 2000 --seed 1')).stdout).toContain('Every promise was kept')
  const mistaken = await sh("npm run simulate -- --seed 1 --mistake 'there is no inbox'").catch((failed: { stdout: string }) => failed)
  expect(mistaken.stdout).toMatch(/broken: .* took effect \d times in \w+/)
  const [, again = ''] = /^Again: (npm .*)$/m.exec(mistaken.stdout) ?? []
  const replayed = await sh(again).catch((failed: { stdout: string }) => failed)
  const dance = ({ stdout }: { stdout: string }) => stdout.slice(0, stdout.indexOf('Again: '))
  expect(dance(replayed).split('> ').at(-1)?.split('\n').slice(1)).toEqual(dance(mistaken).split('> ').at(-1)?.split('\n').slice(1))
})

test('README: npm run pictures takes every picture that is shown, where this Jaeger has a page; without a system it says how to have one', async () => {
  const shown = [...readme.matchAll(/\]\(infra\/pictures\/(.+?)\)/g)].map(([, file]) => file)
  const into = mkdtempSync(join(tmpdir(), 'pas-de-cinq-pictures-'))
  const { stdout } = await sh(`npm run pictures -- --into ${into}`)
  const taken = readdirSync(into)
  if (stdout.includes('they stay as they are')) expect(taken).toEqual([])
  else expect(taken.sort()).toEqual(shown.sort())
  for (const file of taken) expect(statSync(join(into, file)).size, file).toBeLessThan(250_000)
  await expect(sh('npm run pictures', join(into, 'nothing'))).rejects.toThrow(/does not run in .*; npm start starts it/)
  rmSync(into, { recursive: true })
})

test('README: npm run diagram changes nothing, npm run check finds nothing, npm test runs a part', async () => {
  await sh('npm run diagram')
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe(readme)
  await sh('npm run check')
  expect((await sh('npm test -- unit envelope')).stdout).toMatch(/\d+ passed, 0 failed, 0 skipped\n$/)
})

test('README: TRACE_DETAIL=db shows the statements of an order in its own trace; npm run reset forgets all data', async () => {
  const { folder, end, stop } = await startWhole([], { TRACE_DETAIL: 'db', OTEL_EXPORTER_OTLP_ENDPOINT: process.env['E2E_TRACES'] })
  try {
    const { place, ended } = shop(folder)
    const { orderId, traceId } = await place()
    await ended(orderId)
    const traces = partsIn(folder).jaeger?.url ?? process.env['E2E_TRACES']
    const names = async () => (await spansOf(traceId, traces)).map(({ name }) => name).join()
    await expect.poll(names, { timeout: 20_000 }).toMatch(/pg\.query:insert into parcels/)
    await expect(sh('npm run reset', folder)).rejects.toThrow(/is running in/)
    await end()
    await sh('npm run reset', folder)
    expect(existsSync(folder)).toBe(false)
  } finally {
    await stop()
  }
})
