import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ConfirmChannel } from 'amqplib'
import { privateVhost } from '../testing/broker.ts'
import { eventually } from '../testing/eventually.ts'
import { channelOf, closing, frames, method, says } from '../testing/frames.ts'
import { proxied } from '../testing/proxy.ts'
import { points } from '../testing/toy.ts'
import { brokerAt } from './broker.ts'
import { whole } from './topology.ts'

describe('a connection to the broker', () => {
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  before(async () => {
    vhost = await privateVhost({ points } as never, [50])
  })
  after(() => vhost.end())

  it('is given up when the broker beats and does not answer, and another is made', async () => {
    let mute = true
    const proxy = await proxied(vhost.url, { answers: () => frames((frame) => (mute && channelOf(frame) !== 0 ? undefined : frame)) })
    let arrivals = 0
    const broker = brokerAt(proxy.url, 'a test', [{ arrive: () => arrivals++ }])
    broker.start()
    try {
      await eventually(() => assert.match(JSON.stringify(broker.state()), /does not answer/), 25_000)
      assert.equal(arrivals, 0)
      mute = false
      await eventually(() => assert.deepEqual([broker.state(), arrivals], [{ is: 'up' }, 1]), 25_000)
    } finally {
      await broker.stop()
      proxy.end()
    }
  })

  it('is made anew when it is lost between its farewell and the answer', async () => {
    let farewells = 0
    const heard = (frame: Buffer) => {
      if (!says(frame, method.connectionCloseOk)) return frame
      farewells++
      proxy.cut()
      return undefined
    }
    const proxy = await proxied(vhost.url, { answers: () => frames(heard) })
    await vhost.channel.deleteExchange(whole)
    const broker = brokerAt(proxy.url, 'a test', [{ arrive: () => {} }])
    broker.start()
    try {
      await eventually(() => assert.ok(farewells >= 2))
      await vhost.channel.assertExchange(whole, 'fanout')
      await eventually(() => assert.deepEqual(broker.state(), { is: 'up' }))
    } finally {
      await broker.stop()
      proxy.end()
    }
  })

  it('that ends while somebody arrives is not taken for one that is there', async () => {
    let forced = false
    const heard = (frame: Buffer) => {
      if (forced || !says(frame, method.queueDeclareOk)) return frame
      forced = true
      return Buffer.concat([frame, closing(0, method.connectionClose, 320)])
    }
    const proxy = await proxied(vhost.url, { answers: () => frames(heard) })
    const happened: string[] = []
    const arrive = async (channel: ConfirmChannel) => {
      await channel.checkQueue('points')
      happened.push('arrived')
    }
    const broker = brokerAt(proxy.url, 'a test', [{ arrive, leave: () => happened.push('left') }])
    broker.start()
    try {
      await eventually(() => assert.equal(happened.filter((what) => what === 'arrived').length, 2))
      await eventually(() => assert.deepEqual(broker.state(), { is: 'up' }))
      const first = happened.indexOf('arrived')
      assert.ok(happened.indexOf('left', first) > first, happened.join(', '))
    } finally {
      await broker.stop()
      proxy.end()
    }
  })

  it('that loses a channel is made anew, and nobody takes what closes with it for a refusal', async () => {
    const happened: string[] = []
    const came: ConfirmChannel[] = []
    const arrive = (channel: ConfirmChannel) => {
      came.push(channel)
      channel.on('close', () => happened.push('closed'))
    }
    const broker = brokerAt(vhost.url, 'a test', [
      { arrive: (channel) => came.push(channel) },
      { arrive, leave: () => happened.push('left') },
    ])
    broker.start()
    try {
      await eventually(() => assert.equal(came.length, 2))
      await assert.rejects(async () => came[0]?.checkQueue('nowhere'))
      await eventually(() => assert.equal(came.length, 4))
      assert.equal(happened[0], 'left')
      assert.ok(happened.includes('closed'))
    } finally {
      await broker.stop()
    }
  })
})
