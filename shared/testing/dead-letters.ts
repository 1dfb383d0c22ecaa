import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach } from 'node:test'
import amqp from 'amqplib'
import { type Choice, chosen } from '../messaging/dead-letters.ts'
import { withDeadLetters } from '../messaging/dead-queue.ts'
import type { Event } from '../messaging/envelope.ts'
import { sendAgain } from '../messaging/redrive.ts'
import { readStream } from '../messaging/stream.ts'
import { privateVhost } from './broker.ts'
import { plumbedDatabase } from './database.ts'
import { eventually } from './eventually.ts'
import { points, pointsTable, won } from './toy.ts'
import { toyService } from './toy-service.ts'

/** The counting service and its dead letters, afresh for each test of the suite in which this is called. */
export const deadLettersOfPoints = () => {
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let service: ReturnType<typeof toyService> | undefined

  before(async () => {
    database = await plumbedDatabase(pointsTable)
  })
  beforeEach(async () => {
    vhost = await privateVhost({ points } as never, [50])
    await database.pool.query('truncate points, messaging.inbox, messaging.outbox')
  })
  afterEach(async () => {
    await service?.stop()
    service = undefined
    await vhost.end()
  })
  after(() => database.end())

  const put = async (exchange: string, key: string, events: readonly object[], headers: object = {}) => {
    for (const event of events) {
      const { id: messageId, subject: correlationId } = event as Event
      const options = { persistent: true, messageId, type: 'game.won', correlationId, headers }
      vhost.channel.publish(exchange, key, Buffer.from(JSON.stringify(event)), options)
    }
    await vhost.channel.waitForConfirms()
  }
  const total = async () => Number((await database.pool.query('select coalesce(sum(points), 0) as n from points')).rows[0].n)

  return {
    vhost: () => vhost,
    games: (count: number) => Array.from({ length: count }, () => won()),
    start: (decide?: (event: Event) => void) => {
      service = toyService({ db: database.db, databaseUrl: database.url, amqpUrl: vhost.url, delays: [50] }, decide)
    },
    put,
    bury: (events: readonly object[], reason = 'Error: no luck') => put('points.own', 'points.dead', events, { 'x-reason': reason }),
    look: () => withDeadLetters(vhost.url, 'points', async ({ letters }) => letters),
    send: (choice: Choice = { ids: [], all: true }, how = {}) =>
      withDeadLetters(vhost.url, 'points', (inHand) => sendAgain(inHand, chosen(inHand.letters, choice), how)),
    total,
    counts: (expected: number) => eventually(async () => assert.equal(await total(), expected)),
    dead: (expected: number) => eventually(async () => assert.equal(await vhost.count('points.dead'), expected)),
    /** what is kept of those discarded or replaced */
    async discarded() {
      const connection = await amqp.connect(vhost.url)
      const kept: { id: string; why: string; body: string }[] = []
      await readStream(connection, 'dead.discarded', 'first', ({ properties: { messageId, headers }, content }) => {
        kept.push({ id: messageId, why: headers?.['x-kept-because'], body: content.toString() })
        return false
      })
      await connection.close()
      return kept
    },
  }
}

export const ids = (letters: readonly { id: string }[]) => letters.map(({ id }) => id)
