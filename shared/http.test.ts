import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { DatabaseAway, TransactionExpired } from './database-faults.ts'
import { application } from './http.ts'

const throwing = (error: Error) => () => {
  throw error
}
const routes = {
  'GET /away': throwing(new DatabaseAway('lost')),
  'GET /slow': throwing(new TransactionExpired('5 s', { cause: new Error('Query read timeout') })),
  'GET /canceled': throwing(Object.assign(new Error('canceling statement'), { code: '57014' })),
  'GET /broken': throwing(new Error('no')),
} as const

test('what the database is away for, or takes too long for, may be asked again', async () => {
  const server = createServer(application(routes))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const answers = await Promise.all(['away', 'slow', 'canceled', 'broken'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)))
  const told = answers.map(async (answer) => [
    answer.status,
    ((await answer.json()) as { title: string }).title,
    answer.headers.get('retry-after'),
  ])
  assert.deepEqual(await Promise.all(told), [
    [503, 'The database is away for the moment', '2'],
    [503, 'The database took too long, and nothing was done', '2'],
    [503, 'The database took too long, and nothing was done', '2'],
    [500, 'Something went wrong here', null],
  ])
  server.closeAllConnections()
  server.close()
})
