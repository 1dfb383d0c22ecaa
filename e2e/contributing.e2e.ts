import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { shop } from './support/shop.ts'
import { ended, saidReady } from './support/system.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
/** The files of the service that CONTRIBUTING shows: each block, under the name that stands last before it. */
const blocks = [...guide.matchAll(/`(services\/points\/[^`]+)`(?:(?!```).)*?\n```\w+\n(.*?)```/gs)]
const newcomer = blocks.map(([, file = '', text = '']) => ({ file, text }))

test('CONTRIBUTING names no file that is not there, and no command that no test runs', () => {
  const files = [...guide.matchAll(/`([\w./-]+\.(?:ts|json))`/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(20)
  for (const file of files.filter((file) => !file.startsWith('services/points/'))) expect(existsSync(join(root, file)), file).toBe(true)
  const commands = new Set([...guide.matchAll(/`(npm [^`]+)`/g)].map(([, command = '']) => command))
  const inReadme = ['npm run check', 'npm run diagram', 'npm start', 'npm test', 'npm test -- integration messaging', 'npm test -- unit']
  const parts = ['npm test -- e2e', 'npm test -- integration', 'npm test -- unit points']
  expect([...commands].sort()).toEqual([...inReadme, ...parts].sort())
})

test('the service that CONTRIBUTING adds is checked, joins a system that runs, touches nobody, and hears what it asked for @native', async () => {
  test.setTimeout(300_000)
  const copy = mkdtempSync(join(tmpdir(), 'pas-de-cinq-newcomer-'))
  const folder = join(copy, '.run')
  const env = { ...process.env, PAS_DE_CINQ_RUN: folder, PAS_DE_CINQ_PORTS: 'free', NO_COLOR: '1', FORCE_COLOR: undefined }
  const options = { cwd: copy, env }
  const node = (...args: string[]) => promisify(execFile)(process.execPath, args, options)
  const start = () => spawn(process.execPath, ['infra/start.ts', '--native'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const partsOf = () => JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')).parts
  const elsewhere = ['node_modules', '.git', '.run', 'test-results']
  cpSync(root, copy, { recursive: true, filter: (file) => !elsewhere.includes(basename(file)) })
  for (const packages of globSync('{,shared/,services/*/}node_modules', { cwd: root }))
    symlinkSync(join(root, packages), join(copy, packages))
  const system = start()
  try {
    await saidReady(system)
    const before = partsOf()

    for (const { file, text } of newcomer) {
      mkdirSync(dirname(join(copy, file)), { recursive: true })
      writeFileSync(join(copy, file), text)
    }
    await node('infra/generate.mjs')
    await node('infra/diagram.ts')
    await node('infra/check.ts')
    await node('--test', 'services/points/decisions.test.ts')
    expect(await ended(start())).toMatchObject({ code: 0, output: expect.stringContaining('starting points in it') })
    const { points, ...others } = partsOf()
    expect(others, 'nobody was started anew').toEqual(before)

    const { place, ended: orderEnded } = shop(folder)
    const { orderId } = await place({ lines: [{ sku: 'tea', quantity: 2 }] })
    expect(await orderEnded(orderId)).toMatchObject({ status: 'completed', totalCents: 2_900 })
    const accounts = async () => ((await (await fetch(`${points.url}/points`)).json()) as { accounts: unknown[] }).accounts
    await expect.poll(accounts).toEqual([{ orderId, totalCents: 2_900, completed: true, earned: true }])
  } finally {
    system.kill('SIGINT')
    await ended(system)
    rmSync(copy, { recursive: true, force: true })
  }
})
