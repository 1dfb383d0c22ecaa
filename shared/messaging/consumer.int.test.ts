import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import { privateVhost } from '../testing/broker.ts'
import { eventually } from '../testing/eventually.ts'
import { points } from '../testing/toy.ts'
import { consume } from './consumer.ts'
import type { Suspects } from './suspects.ts'

describe('a consumer', () => {
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  let connection: ChannelModel
  let channel: ConfirmChannel
  beforeEach(async () => {
    vhost = await privateVhost({ points } as never, [50])
    connection = await amqp.connect(vhost.url)
    channel = await connection.createConfirmChannel()
  })
  afterEach(async () => {
    await connection.close()
    await vhost.end()
  })

  const consuming = async (suspects: Suspects) => {
    const consumer = consume({
      service: 'points',
      hears: points.hears,
      types: new Set<string>(),
      delays: [50],
      suspects,
      hear: () => assert.fail('nobody hears anything'),
      handOn: async () => {},
    })
    await consumer.arrive(channel)
    return consumer
  }

  it('whom the broker has forgotten begins anew when events wait and none comes, and not before', async () => {
    const closed: string[] = []
    channel.on('close', () => closed.push('closed'))
    const consumer = await consuming({ watched: (_, work) => work() })
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

  it('lets one more come beside what has been delivered twice already and lingers for a second, and no more', async () => {
    for (let nr = 0; nr < 6; nr++) vhost.channel.sendToQueue('points', Buffer.from('an event'))
    await vhost.channel.waitForConfirms()
    for (let time = 0; time < 2; time++) {
      for (let nr = 0; nr < 6; nr++) await vhost.channel.get('points')
      vhost.channel.nackAll()
      await eventually(async () => assert.equal(await vhost.count('points'), 6))
    }
    const came: number[] = []
    const lingering = <T>() => {
      came.push(performance.now())
      return new Promise<T>(() => {})
    }
    await consuming({ watched: lingering })
    await eventually(() => assert.ok(came.length >= 4))
    const waits = came.slice(1).map((at, i) => at - Number(came[i]))
    assert.ok(Math.min(...waits) > 900, String(waits))
  })
})
