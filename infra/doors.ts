import { Resolver } from 'node:dns/promises'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { configuration } from '@pas-de-cinq/shared/config'
import { z } from 'zod'

// Lets the outside in to services that publish no port: TCP from each door to any replica of its service, found anew for each connection.
const { DOORS, PORT, HOST } = configuration({
  DOORS: z.string().transform((doors) => doors.split(' ').map((door) => door.split(':') as [string, string])),
  PORT: z.coerce.number().default(3000),
  HOST: z.string().default('127.0.0.1'),
})

const problem = JSON.stringify({ type: 'about:blank', title: 'No replica of this service can be reached for the moment', status: 503 })
const unavailable = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: application/problem+json',
  `content-length: ${Buffer.byteLength(problem)}`,
  'retry-after: 2',
  'connection: close',
  '',
  problem,
].join('\r\n')

const patience = 2_000
const longestStop = 2_000 // for what is under way
const resolver = new Resolver({ timeout: 500, tries: 2 }) // of its own: one name that nobody answers for holds up no other
let last = 0

/** The addresses that a name has now, each time beginning with another one. */
const addressesOf = async (name: string): Promise<string[]> => {
  const found = await resolver.resolve4(name).catch((): string[] => [])
  const from = last++ % Math.max(1, found.length)
  return [...found.slice(from), ...found.slice(0, from)]
}

const reach = (host: string, port: number) =>
  new Promise<Socket | undefined>((resolve) => {
    const far = connect({ host, port, noDelay: true, timeout: patience, allowHalfOpen: true })
    far.once('connect', () => resolve(far.setTimeout(0)))
    for (const failure of ['error', 'timeout']) far.once(failure, () => resolve(void far.destroy()))
  })

const open = async (near: Socket, name: string, port: number) => {
  near.on('error', () => {})
  for (const address of await addressesOf(name)) {
    const far = await reach(address, port)
    if (!far) continue
    if (near.destroyed) return far.destroy()
    near.on('close', () => far.destroy()).pipe(far)
    far
      .on('error', () => {})
      .on('close', () => near.destroy())
      .pipe(near)
    return
  }
  near.setTimeout(patience, () => near.destroy()).once('data', () => near.end(unavailable))
}

const doors = DOORS.map(([name, port]) =>
  createServer({ noDelay: true, allowHalfOpen: true }, (near) => void open(near, name, Number(port))).listen(Number(port), HOST),
)
createHttpServer((_, response) => response.end('open')).listen(PORT, '127.0.0.1') // for the healthcheck: the doors are open, whatever is behind them
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    for (const door of doors) door.close()
    setTimeout(() => process.exit(0), longestStop)
  })
