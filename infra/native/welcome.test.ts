import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import type { State } from './run-folder.ts'
import { welcome } from './welcome.ts'

suite('the welcome', () => {
  const running = (how: object): State => ({
    supervisor: { pid: 1, began: '' },
    ready: true,
    parts: { order: { url: 'http://127.0.0.1:3001', ready: true, restarts: 0, ...how } },
  })
  afterEach(() => {
    delete process.env['PUBLISH_HOST']
  })

  test('tells where everything is, and how to place an order', () => {
    assert.match(welcome(running({ pid: 1 })), / {2}order {6}http:\/\/127\.0\.0\.1:3001\n.*curl -i http:\/\/127\.0\.0\.1:3001\/orders /s)
  })

  test('says loudly when containers are open to all with passwords that everybody knows, and never of processes', () => {
    assert.doesNotMatch(welcome(running({ container: 'order-1' })), /!!!/)
    Object.assign(process.env, { PUBLISH_HOST: '0.0.0.0' })
    assert.match(welcome(running({ container: 'order-1' })), /\n!!! The ports are published on 0\.0\.0\.0,/)
    assert.doesNotMatch(welcome(running({ pid: 1 })), /!!!/)
  })
})
