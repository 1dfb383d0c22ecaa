import assert from 'node:assert/strict'
import { Transform } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { ConfirmChannel } from 'amqplib'
import { privateVhost } from '../testing/broker.ts'
import { eventually } from '../testing/eventually.ts'
import { proxied } from '../testing/proxy.ts'
import { points } from '../testing/toy.ts'
import { brokerAt } from './broker.ts'

/** What a broker says, frame by frame; while it is `mute`, of its heartbeats and of the connection as a whole alone, which go by channel 0. */
const frames = (mute: () => boolean) => {
  let rest = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= lengthOf(rest)) {
        const frame = rest.subarray(0, lengthOf(rest))
        if (!mute() || frame.readUInt16BE(1) === 0) this.push(frame)
        rest = rest.subarray(frame.length)
      }
      done()
    },
  })
}

const lengthOf = (frame: Buffer) => (frame.length < 7 ? 7 : frame.readUInt32BE(3) + 8)

describe('a connection to the broker', () => {
  let vhost: Awaited<ReturnType<typeof privateVhost>>
  before(async () => {
    vhost = await privateVhost({ points } as never, [50])
  })
  after(() => vhost.end())

  it('is given up when the broker beats and does not answer, and another is made', async () => {
    let mute = true
    const proxy = await proxied(vhost.url, { answers: () => frames(() => mute) })
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
