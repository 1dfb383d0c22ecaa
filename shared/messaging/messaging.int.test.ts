import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { GetMessage } from 'amqplib'
import { privateVhost } from '../testing/broker.ts'
import { plumbedDatabase } from '../testing/database.ts'
import { eventually } from '../testing/eventually.ts'
import { proxied } from '../testing/proxy.ts'
import { gameEvents, points, pointsTable, won } from '../testing/toy.ts'
import { toyService } from '../testing/toy-service.ts'
import { withDeadLetters } from './dead-queue.ts'
import type { Event } from './envelope.ts'
import { sendAgain } from './redrive.ts'
import { topologyOf } from './topology.ts'

describe('the messaging, on RabbitMQ and PostgreSQL', () => {
  const delays = [50, 150]
  let database: Awaited<ReturnType<typeof plumbedDatabase>>
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let service: ReturnType<typeof toyService>

  before(async () => {
    database = await plumbedDatabase(pointsTable)
  })
  beforeEach(async () => {
    vhost = await privateVhost({ points } as never, delays)
    await database.pool.query('truncate points, messaging.inbox, messaging.outbox')
  })
  afterEach(async () => {
    await service?.stop()
    await vhost.end()
  })
  after(() => database.end())

  const start = (decide?: (event: Event) => void, amqpUrl = vhost.url, check?: (event: Event) => Promise<string>) => {
    service = toyService({ db: database.db, databaseUrl: database.url, amqpUrl, delays }, decide, check)
    return service
  }
  const tell = async (events: readonly Event[]) => {
    for (const event of events) {
      const options = {
        persistent: true,
        messageId: event.id,
        type: event.type,
        correlationId: event.subject,
        contentType: 'application/cloudevents+json',
      }
      vhost.channel.publish('events', event.type, Buffer.from(JSON.stringify(event)), options)
    }
    await vhost.channel.waitForConfirms()
  }
  const redriven = async () => (await withDeadLetters(vhost.url, 'points', (inHand) => sendAgain(inHand, inHand.letters))).sent
  const total = async () => Number((await database.pool.query('select coalesce(sum(points), 0) as n from points')).rows[0].n)
  const counts = (expected: number, within?: number) => eventually(async () => assert.equal(await total(), expected), within)
  const dead = (expected: number, within?: number) =>
    eventually(async () => assert.equal(await vhost.count('points.dead'), expected), within)

  it('drains a thousand events that waited in batches, counts each once, and says what follows in order', async () => {
    const orders = Array.from({ length: 200 }, () => randomUUID())
    await tell(Array.from({ length: 1_000 }, (_, i) => won(orders[i % 200])))
    const { counted } = start()
    await counts(1_000)
    assert.ok(counted.transactions <= 30, `${counted.transactions} transactions`)
    await eventually(async () => assert.equal((await database.pool.query('select count(*)::int as n from messaging.outbox')).rows[0].n, 0))
  })

  it('leaves no dead letter after twenty cut connections under load, and loses and doubles nothing', async () => {
    const proxy = await proxied(vhost.url)
    start(() => {}, proxy.url)
    const events: Event[] = []
    for (let cuts = 0; cuts < 20; ) {
      const some = Array.from({ length: 100 }, () => won())
      events.push(...some)
      await tell(some)
      if (service.isUp() && proxy.cut()) cuts++
    }
    await counts(events.length, 90_000)
    assert.equal(await vhost.count('points.dead'), 0)
    await service.stop()
    proxy.end()
  })

  it('tries again with growing delays, and keeps what never succeeds, with the reason; the others go on', async () => {
    const bad = won()
    const tries: number[] = []
    start((event) => {
      if (event.id !== bad.id) return
      tries.push(Date.now())
      throw new Error('no luck')
    })
    await tell([won(), bad, ...Array.from({ length: 20 }, () => won())])
    await counts(21)
    await dead(1)
    const message = await vhost.channel.get('points.dead')
    assert.ok(message)
    assert.equal(message.properties.messageId, bad.id)
    assert.equal(message.properties.headers?.['x-reason'], 'Error: no luck')
    assert.equal(message.properties.headers?.['x-attempts'], 3)
    const alone = tries.slice(-2) as [number, number]
    assert.ok(alone[1] - alone[0] >= 0.8 * 150, 'the second wait is the longer one')
  })

  it('makes a dead letter at once of what can never be read', async () => {
    start()
    const strange = { ...won(), data: { orderId: 7 } }
    const unknown = { ...won(), dataschema: 'urn:pas-de-cinq:game.won:9' }
    const forged = { ...won(), source: '/services/elsewhere' }
    await tell([strange as never, unknown, forged])
    vhost.channel.publish('events', 'game.won', Buffer.from('{"half'), { type: 'game.won', messageId: randomUUID() })
    await dead(4)
    assert.equal(await total(), 0)
  })

  it('makes a dead letter of what has come in circles, and counts the hops of what it says', async () => {
    await vhost.channel.assertQueue('heard')
    await vhost.channel.bindQueue('heard', 'events', 'points.#')
    start()
    const orderId = randomUUID()
    await tell([won(orderId), won(orderId), { ...won(orderId), hops: 16 }, { ...won(), hops: 17 }])
    await counts(3)
    await dead(1)
    const letter = (await vhost.channel.get('points.dead')) as GetMessage
    assert.match(letter.properties.headers?.['x-reason'], /^Unprocessable: 17 events led to this one, more than 16/)
    const said = await eventually(async () => (await vhost.channel.get('heard')) || assert.fail())
    assert.equal(JSON.parse(said.content.toString()).hops, 17)
  })

  it('begins no more deliveries in a second than it may, and takes them all in the end', async () => {
    service = toyService({ db: database.db, databaseUrl: database.url, amqpUrl: vhost.url, delays, perSecond: 40 })
    await eventually(() => assert.equal(service.consumer.state(), 'consuming'))
    const began = Date.now()
    await tell(Array.from({ length: 81 }, () => won()))
    await counts(81)
    assert.ok(Date.now() - began >= 1_900, `${Date.now() - began} ms`)
  })

  it('makes a dead letter of what was said under a key that is not its type, and again when that is redriven', async () => {
    start()
    const forged = won()
    const options = { type: forged.type, messageId: forged.id, headers: { CC: [forged.type], 'x-said-as': forged.type } }
    vhost.channel.publish('events', 'points.prized', Buffer.from(JSON.stringify(forged)), options)
    await dead(1)
    const [letter] = await redriven()
    assert.equal(letter?.reason, 'Unprocessable: game.won was said as points.prized, by one who has no right to say it')
    await tell([won()])
    await counts(1)
    await dead(1)
  })

  it('brings a redriven dead letter through, though it has to be tried again', async () => {
    let failing = 4
    const bad = won()
    start((event) => {
      if (event.id === bad.id && failing-- > 0) throw new Error('not yet')
    })
    await tell([bad])
    await dead(1)
    const sent = await redriven()
    assert.deepEqual(
      sent.map(({ id, attempts }) => ({ id, attempts })),
      [{ id: bad.id, attempts: 3 }],
    )
    await counts(1)
    await dead(0)
  })

  it('has one of two instances relay what both say; when that one goes, the other takes over', async () => {
    const first = start()
    await eventually(() => assert.ok(first.leader.leads()))
    const second = toyService({ db: database.db, databaseUrl: database.url, amqpUrl: vhost.url, delays })
    const orders = Array.from({ length: 100 }, () => randomUUID())
    const thrice = () => tell(orders.flatMap((id) => [won(id), won(id), won(id)]))
    const relayed = async () => (await vhost.channel.checkQueue('heard')).messageCount
    await vhost.channel.assertQueue('heard')
    await vhost.channel.bindQueue('heard', 'events', 'points.#')
    await thrice()
    await eventually(async () => assert.equal(await relayed(), 100))
    assert.deepEqual([first.leader.leads(), second.leader.leads()], [true, false])

    await first.stop()
    await thrice()
    await eventually(async () => assert.equal(await relayed(), 200))
    assert.ok(second.leader.leads())
    await second.stop()
    await counts(600)
  })

  it('finds alone what ends the process, and keeps that as a dead letter; nothing else is lost or doubled', async () => {
    const fatal = won()
    const events = [...Array.from({ length: 30 }, () => won()), fatal, ...Array.from({ length: 30 }, () => won())]
    await tell(events)
    const mortal = fileURLToPath(new URL('../testing/mortal.ts', import.meta.url))
    const env = { ...process.env, DATABASE_URL: database.url, AMQP_URL: vhost.url, FATAL: fatal.id }
    let deaths = 0
    let child: ChildProcess | undefined
    const live = () => {
      child = spawn(process.execPath, [mortal], { env, stdio: 'inherit' })
      child.once('exit', (_, signal) => {
        if (signal !== 'SIGKILL') return
        deaths++
        live()
      })
    }
    live()
    try {
      await dead(1, 150_000)
      await counts(60)
      assert.equal(((await vhost.channel.get('points.dead')) as GetMessage).properties.messageId, fatal.id)
      assert.ok(deaths <= 8, `${deaths} deaths`)
    } finally {
      child?.removeAllListeners('exit').kill('SIGTERM')
    }
  })

  it('does not let the first delivery of a connection, whose answer never comes, keep the others waiting', async () => {
    let release = () => {}
    const hangs = won(randomUUID(), 'game.checked')
    const check = (event: Event) =>
      event.id === hangs.id ? new Promise<string>((resolve) => (release = () => resolve('late'))) : Promise.resolve('fair')
    await tell([hangs, ...Array.from({ length: 50 }, () => won(randomUUID(), 'game.checked'))])
    start(() => {}, vhost.url, check)
    await counts(50)
    release()
    await counts(51)
  })

  it('does not take for handed on what no queue has taken', async () => {
    const bad = won()
    let failing = true
    await vhost.channel.unbindQueue('points.retry.50', 'points.own', 'points.retry.50')
    start((event) => {
      if (event.id === bad.id && failing) throw new Error('no luck')
    })
    await tell([bad, won()])
    await counts(1)
    failing = false
    await vhost.channel.bindQueue('points.retry.50', 'points.own', 'points.retry.50')
    await counts(2)
  })

  it('takes nothing while its own wait queues are not there', async () => {
    await vhost.channel.deleteQueue('points.retry.150')
    await tell([won()])
    start()
    await eventually(() => assert.ok(service.leader.leads()))
    assert.equal(service.consumer.state(), 'away')
    await vhost.channel.assertQueue(
      'points.retry.150',
      topologyOf({ points } as never, delays).queues.find(({ name }) => name === 'points.retry.150'),
    )
    await counts(1)
  })

  it('relays again after a connection that was blocked when it was lost', async () => {
    const proxy = await proxied(vhost.url)
    start(() => {}, proxy.url)
    await eventually(() => assert.ok(service.isUp()))
    service.relay.hold?.(true)
    proxy.cut()
    const orderId = randomUUID()
    await tell([won(orderId), won(orderId), won(orderId)])
    await counts(3)
    await eventually(async () => assert.equal((await database.pool.query('select count(*)::int as n from messaging.outbox')).rows[0].n, 0))
    await service.stop()
    proxy.end()
  })

  it('bounds the stream of all that was said, and that of what was discarded, by age and by size', () => {
    const { arguments: log } = topologyOf({}, []).queues.find(({ name }) => name === 'events.log') ?? assert.fail()
    assert.equal(log['x-max-age'], '7D')
    assert.equal(log['x-max-length-bytes'], 1_000_000_000)
    assert.ok(Number(log['x-stream-max-segment-size-bytes']) <= 100_000_000, 'retention drops whole segments')
    const { arguments: discarded } = topologyOf({}, []).queues.find(({ name }) => name === 'dead.discarded') ?? assert.fail()
    assert.equal(discarded['x-max-age'], '30D')
    assert.equal(discarded['x-max-length-bytes'], 100_000_000)
  })

  it('gives every hearer its wait and dead-letter queues, none of them bounded by length', () => {
    const { queues } = topologyOf({ points } as never, delays)
    assert.deepEqual(
      queues.map(({ name }) => name),
      ['events.log', 'dead.discarded', 'points', 'points.retry.50', 'points.retry.150', 'points.dead'],
    )
    assert.ok(queues.slice(2).every((queue) => !('x-max-length' in queue.arguments)))
    assert.deepEqual(Object.keys(gameEvents), ['game.won', 'game.checked'])
  })
})
