import { Transform } from 'node:stream'

/** What a broker says, frame by frame, as far as it is `heard`. */
export const frames = (heard: (frame: Buffer) => Buffer | undefined) => {
  let rest = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= lengthOf(rest)) {
        const frame = rest.subarray(0, lengthOf(rest))
        const passing = heard(frame)
        if (passing) this.push(passing)
        rest = rest.subarray(frame.length)
      }
      done()
    },
  })
}

const lengthOf = (frame: Buffer) => (frame.length < 7 ? 7 : frame.readUInt32BE(3) + 8)

type Method = readonly [group: number, method: number]

/** The methods of AMQP 0-9-1 that tests look for. @see https://www.rabbitmq.com/amqp-0-9-1-reference */
export const method = { connectionClose: [10, 50], connectionCloseOk: [10, 51], channelClose: [20, 40], queueDeclareOk: [50, 11] } as const

export const channelOf = (frame: Buffer) => frame.readUInt16BE(1)
export const says = (frame: Buffer, [group, method]: Method) =>
  frame[0] === 1 && frame.readUInt16BE(7) === group && frame.readUInt16BE(9) === method

/** The frame by which a broker closes a channel, or a connection on channel 0, with a code and no text. */
export const closing = (channel: number, [group, method]: Method, code: number) => {
  const frame = Buffer.alloc(7 + 11 + 1)
  frame.set([1])
  frame.writeUInt16BE(channel, 1)
  frame.writeUInt32BE(11, 3)
  frame.writeUInt16BE(group, 7)
  frame.writeUInt16BE(method, 9)
  frame.writeUInt16BE(code, 11)
  frame.set([0xce], 18)
  return frame
}
