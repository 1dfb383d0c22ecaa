import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { channelOf, closing, frames, method, says } from '@pas-de-cinq/shared/testing/frames'
import { proxied } from '@pas-de-cinq/shared/testing/proxy'

const { TEST_POSTGRES_URL, TEST_RABBITMQ_URL = '', TEST_RABBITMQ_MANAGEMENT_URL = '' } = process.env

const step = (PUBLISH_HOST: string, RABBITMQ_ADMIN_URL = TEST_RABBITMQ_URL) => {
  const { username, password } = new URL(TEST_RABBITMQ_URL)
  const env = {
    ...process.env,
    POSTGRES_ADMIN_URL: TEST_POSTGRES_URL,
    RABBITMQ_ADMIN_URL,
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

  it('waits for a broker that has just started, and does not find yet what it has', async () => {
    let faults = 0
    const heard = (frame: Buffer) => {
      if (faults === 2 || !says(frame, method.queueDeclareOk)) return frame
      faults++
      return closing(channelOf(frame), method.channelClose, 404)
    }
    const proxy = await proxied(TEST_RABBITMQ_URL, { answers: () => frames(heard) })
    try {
      const { stdout, stderr } = await step('127.0.0.1', proxy.url)
      assert.match(stdout, /are in place\n$/)
      assert.deepEqual({ stderr, faults }, { stderr: '', faults: 2 })
    } finally {
      proxy.end()
    }
  })
})
