import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { privateVhost } from '../testing/broker.ts'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
import { points, pointsTable } from '../testing/toy.ts'
import { toyService } from '../testing/toy-service.ts'

describe('the relay, when it may not say everything', () => {
  const user = `test-${randomUUID()}`
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let service: ReturnType<typeof toyService>

  const allow = (write: string) => {
    const name = new URL(vhost.url).pathname.slice(1)
    return vhost.manage('PUT', `topic-permissions/${name}/${user}`, { exchange: 'events', write, read: '.*' })
  }
  before(async () => {
    database = await plumbedDatabase(pointsTable)
    vhost = await privateVhost({ points } as never, [50])
    const name = new URL(vhost.url).pathname.slice(1)
    await vhost.manage('PUT', `users/${user}`, { password: user, tags: '' })
    await vhost.manage('PUT', `permissions/${name}/${user}`, { configure: '', write: '.*', read: '.*' })
    await allow('^points\\.prized$')
  })
  after(async () => {
    await service?.stop()
    await vhost.manage('DELETE', `users/${user}`)
    await vhost.end()
    await database.end()
  })

  const write = (type: string, subjects: readonly string[]) =>
    database.pool.query(
      `insert into messaging.outbox (event_id, subject, type, body, at) select gen_random_uuid(), subject, $1, '{}', now() from unnest($2::text[]) as subject`,
      [type, subjects],
    )
  const left = async () =>
    (await database.pool.query<{ subject: string; type: string }>('select subject, type from messaging.outbox order by id')).rows

  it('lets what the broker refuses, by closing the channel, hold its own order alone, until it is allowed', async () => {
    const orders = Array.from({ length: 100 }, () => randomUUID())
    const [first, forbidden] = orders as [string, string]
    await write('points.prized', [first])
    await write('points.unheard-of', [forbidden])
    await write('points.prized', orders)
    const amqpUrl = Object.assign(new URL(vhost.url), { username: user, password: user }).href
    service = toyService({ db: database.db, databaseUrl: database.url, amqpUrl, delays: [50] })
    const waiting = [
      { subject: forbidden, type: 'points.unheard-of' },
      { subject: forbidden, type: 'points.prized' },
    ]
    await eventually(async () => assert.deepEqual(await left(), waiting), 60_000)
    assert.deepEqual([...service.relay.held().keys()], [forbidden])
    assert.match(String(service.relay.held().get(forbidden)?.reason), /clos|ACCESS_REFUSED/i)
    await write('points.prized', orders.slice(2))
    await eventually(async () => assert.deepEqual(await left(), waiting), 60_000)

    await vhost.channel.bindQueue('points', 'events', 'points.unheard-of')
    await allow('^points\\.')
    await eventually(async () => assert.deepEqual(await left(), []), 60_000)
  })
})
