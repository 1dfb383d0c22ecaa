import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import amqp, { type ConfirmChannel } from 'amqplib'
import { privateVhost } from '../testing/broker.ts'
import { eventually } from '../testing/eventually.ts'
import { points } from '../testing/toy.ts'
import { consume } from './consumer.ts'

describe('a consumer whom the broker has forgotten', () => {
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let channel: ConfirmChannel
  before(async () => {
    vhost = await privateVhost({ points } as never, [50])
    channel = await (await amqp.connect(vhost.url)).createConfirmChannel()
  })
  after(() => vhost.end())

  it('begins anew when events wait and none comes, and not before', async () => {
    const closed: string[] = []
    channel.on('close', () => closed.push('closed'))
    const consumer = consume({
      ...{ service: 'points', hears: points.hears, types: new Set<string>(), delays: [50] },
      hear: () => assert.fail('nothing comes'),
      handOn: async () => {},
      suspects: { watched: (_, work) => work() },
    })
    await consumer.arrive(channel)
    for (let look = 0; look < 4; look++) await consumer.look()
    const [tag] = (channel as unknown as { consumers: Map<string, unknown> }).consumers.keys()
    await channel.cancel(String(tag))
    for (let look = 0; look < 4; look++) await consumer.look()
    vhost.channel.sendToQueue('points', Buffer.from('an event'))
    await eventually(async () => assert.equal(await vhost.count('points'), 1))
    await consumer.look()
    assert.deepEqual(closed, [])
    await consumer.look()
    await eventually(() => assert.deepEqual(closed, ['closed']))
  })
})

describe('a consumer that meets what has been delivered several times', () => {
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let channel: ConfirmChannel
  before(async () => {
    vhost = await privateVhost({ points } as never, [50])
    channel = await (await amqp.connect(vhost.url)).createConfirmChannel()
  })
  after(() => vhost.end())

  it('lets one more come beside it when it has lingered for a second, and no more', async () => {
    const came: number[] = []
    const lingering = <T>() => {
      came.push(performance.now())
      return new Promise<T>(() => {})
    }
    const consumer = consume({
      ...{ service: 'points', hears: points.hears, types: new Set<string>(), delays: [50] },
      hear: () => assert.fail('nobody hears it'),
      handOn: async () => {},
      suspects: { watched: lingering },
    })
    for (let nr = 0; nr < 6; nr++) vhost.channel.sendToQueue('points', Buffer.from('an event'))
    await vhost.channel.waitForConfirms()
    for (let time = 0; time < 2; time++) {
      for (let nr = 0; nr < 6; nr++) await vhost.channel.get('points')
      vhost.channel.nackAll()
      await eventually(async () => assert.equal(await vhost.count('points'), 6))
    }
    await consumer.arrive(channel)
    await eventually(() => assert.ok(came.length >= 4))
    const waits = came.slice(1).map((at, i) => at - Number(came[i]))
    assert.ok(Math.min(...waits) > 900, String(waits))
  })
})
