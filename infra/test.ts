import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { engineFault } from './compose/engine.ts'
import { startPostgres } from './native/postgres.ts'
import { startRabbitmq } from './native/rabbitmq.ts'
import { optionsOf } from './options.ts'

type Counts = { passed: number; failed: number; skipped: number }
type Stats = { expected: number; unexpected: number; flaky: number; skipped: number }
type Kind = (files: string[], results: string) => Promise<Counts>

const { positionals, values } = optionsOf({ allowPositionals: true, options: { containers: { type: 'boolean', default: false } } })
const outside = ['**/node_modules/**', '**/generated/**']
const files = (pattern: string) => globSync(pattern, { exclude: outside }).sort()
const longest = 60 * 60_000
const shell = { stdio: 'inherit', reject: false, preferLocal: true, timeout: longest } as const

const nodeTests = async (files: string[], results: string, env: NodeJS.ProcessEnv = {}): Promise<Counts> => {
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./infra/testing/counting.ts']
  const args = ['--test', '--test-timeout=300000', '--test-concurrency=2', ...reporters, `--test-reporter-destination=${results}`, ...files]
  const { exitCode } = await execa(process.execPath, args, { ...shell, env: { LOG_LEVEL: 'silent', ...env } })
  const counts: Counts = JSON.parse(readFileSync(results, 'utf8'))
  return exitCode === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}

const playwright = async (files: string[], results: string, env: NodeJS.ProcessEnv = {}): Promise<Counts> => {
  const args = ['test', '--config', 'e2e/playwright.config.ts', ...files]
  const { exitCode } = await execa('playwright', args, { ...shell, env: { PLAYWRIGHT_JSON_OUTPUT_NAME: results, ...env } })
  const { stats } = JSON.parse(readFileSync(results, 'utf8')) as { stats: Stats }
  const failed = stats.unexpected + stats.flaky
  return { passed: stats.expected, failed: exitCode !== 0 && failed === 0 ? 1 : failed, skipped: stats.skipped }
}

const kinds: Record<string, { what: string; run: Kind; files: () => string[] }> = {
  unit: {
    what: 'every decision and every pure piece',
    files: () => files('{shared,services,infra}/**/*.test.ts').filter((file) => !file.endsWith('.int.test.ts')),
    run: nodeTests,
  },
  integration: {
    what: 'each piece on a real PostgreSQL and RabbitMQ, started for this in a private folder and on free ports',
    files: () => files('{shared,services,infra}/**/*.int.test.ts'),
    async run(files, results) {
      await using postgres = await startPostgres()
      await using rabbitmq = await startRabbitmq()
      const env = { TEST_POSTGRES_URL: postgres.url, TEST_RABBITMQ_URL: rabbitmq.url, TEST_RABBITMQ_MANAGEMENT_URL: rabbitmq.management }
      return await nodeTests(files, results, env)
    },
  },
  e2e: {
    what: 'the whole system, as processes of its own, in a private folder and on free ports',
    files: () => files('e2e/**/*.e2e.ts'),
    run: (files, results) => playwright(files, results),
  },
  containers: {
    what: 'the same, in containers, as `docker compose up` starts them',
    files: () => (values.containers ? files('e2e/**/*.e2e.ts') : []),
    run: (files, results) => playwright(files, results, { E2E_WAY: 'containers' }),
  },
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130)) // and with it, whatever was started here

const fault = values.containers && (await engineFault())
if (fault) {
  console.error(`${fault}: there is nothing to test in containers.`)
  process.exit(1)
}
const chosen = values.containers ? ['containers'] : positionals.filter((word) => word in kinds)
const named = values.containers ? positionals : positionals.filter((word) => !(word in kinds))
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-results-'))
for (const [name, { what, files, run }] of Object.entries(kinds)) {
  const these = files().filter((file) => named.length === 0 || named.some((part) => file.includes(part)))
  if ((chosen.length > 0 && !chosen.includes(name)) || these.length === 0) continue
  console.log(`\n— ${name}: ${what}`)
  const counts = await run(these, join(folder, `${name}.json`))
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
}
rmSync(folder, { recursive: true })

if (total.passed + total.failed === 0) {
  console.error(`No test file matches ${named.join(' ')}`)
  process.exitCode = 1
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
if (total.failed > 0 || total.skipped > 0) process.exitCode = 1
