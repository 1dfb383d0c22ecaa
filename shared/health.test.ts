import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { health } from './health.ts'
import { application } from './http.ts'

describe('the health of a service', () => {
  let open = false
  const organs = {
    db: { $queryRawUnsafe: async () => [] as never, $executeRawUnsafe: async () => 0 },
    open: () => open,
    consumer: { state: () => 'consuming' },
    brokers: [{ state: () => ({ is: 'up' }) }],
    relay: { held: () => new Map() },
    leader: { leads: () => true },
  } as unknown as Parameters<typeof health>[0]
  const server = createServer(application(health(organs)))
  const ready = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`)

  before(() => once(server.listen(0, '127.0.0.1'), 'listening'))
  after(() => server.close())

  it('is not ready while its tables are being made, though the database answers', async () => {
    assert.equal((await ready()).status, 503)
    open = true
    assert.equal((await ready()).status, 200)
  })
})
