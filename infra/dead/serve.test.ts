import assert from 'node:assert/strict'
import { test } from 'node:test'
import { served } from '../testing/served.ts'
import { deskAt } from './desk.ts'
import { routesOf } from './serve.ts'

test('dead letters over HTTP say that the broker is away, and not the database', async () => {
  const { get, stop } = await served(routesOf(deskAt('amqp://127.0.0.1:1'), ['order'], undefined))
  const { status, body } = await get('/dead-letters')
  stop()
  assert.deepEqual([status, body.title], [503, 'The broker is away for the moment'])
})
