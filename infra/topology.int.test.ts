import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const step = (PUBLISH_HOST: string) => {
  const { TEST_POSTGRES_URL, TEST_RABBITMQ_URL = '', TEST_RABBITMQ_MANAGEMENT_URL = '' } = process.env
  const { username, password } = new URL(TEST_RABBITMQ_URL)
  const env = {
    ...process.env,
    POSTGRES_ADMIN_URL: TEST_POSTGRES_URL,
    RABBITMQ_ADMIN_URL: TEST_RABBITMQ_URL,
    RABBITMQ_MANAGEMENT_URL: Object.assign(new URL(TEST_RABBITMQ_MANAGEMENT_URL), { username, password }).href,
    PUBLISH_HOST,
  }
  return promisify(execFile)(process.execPath, [fileURLToPath(new URL('topology.ts', import.meta.url))], { env })
}

describe('the topology step', () => {
  it('can be done again and again, and says loudly when passwords that everybody knows lie open beyond loopback', async () => {
    const first = await step('127.0.0.1')
    assert.match(first.stdout, /^topology: \d+ databases, \d+ queues, \d+ bindings .* are in place\n$/)
    assert.equal(first.stderr, '')
    const second = await step('0.0.0.0')
    assert.equal(second.stdout, first.stdout)
    assert.match(second.stderr, /^!!! The ports are published on 0\.0\.0\.0, .*\n!!! .*PAYMENT_PASSWORD.*RABBITMQ_ADMIN_PASSWORD/)
  })
})
