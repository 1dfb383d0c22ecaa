import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'

type Passing = {
  /** how many milliseconds longer what passes takes, each way */
  readonly delay?: number
  /** what each connection's answers go through */
  readonly answers?: () => Transform
}

/** A TCP proxy before `url`, whose connections can be cut, and frozen. */
export const proxied = async (url: string, { delay = 0, answers }: Passing = {}) => {
  const target = new URL(url)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from
        .setNoDelay(true)
        .on('error', () => to.destroy())
        .on('close', () => open.delete(from) && to.destroy())
      const told = from === far && answers ? from.pipe(answers()) : from
      const passing = delay > 0 ? told.pipe(late(delay)) : told
      passing.pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref() // a test that fails does not stay for its sake
  return {
    url: Object.assign(new URL(url), { hostname: '127.0.0.1', port: String((server.address() as AddressInfo).port) }).href,
    /** cuts what is open; tells whether anything was */
    cut: () => {
      const any = open.size > 0
      for (const socket of open) socket.destroy()
      return any
    },
    /** lets nothing more pass of what is open */
    freeze: () => {
      for (const socket of open) socket.pause()
    },
    end: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

const late = (delay: number) =>
  new Transform({
    transform(chunk, _, done) {
      setTimeout(() => this.push(chunk), delay)
      done()
    },
    flush: (done) => void setTimeout(done, delay),
  })
