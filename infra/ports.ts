import getPort, { portNumbers } from 'get-port'

/** The ports everybody knows, and the one place where they stand. A service that is not listed takes the next after email's. */
const usual = {
  order: 3001,
  inventory: 3002,
  payment: 3003,
  shipping: 3004,
  email: 3005,
  rabbitmq: 5672,
  management: 15672,
  postgres: 5432,
  jaeger: 16686,
  otlp: 4318,
  otlpGrpc: 4317,
  mail: 1080,
  smtp: 1025,
}

/** What only the parts themselves need to know: a free port always. */
const inner = ['epmd', 'distribution', 'jaegerGrpc'] as const

export type Ports = Record<keyof typeof usual | (typeof inner)[number], number> & Record<string, number>

const lowestFree = 10_000
const highestFree = 30_000

/**
 * A port on which nobody listens, reserved for the life of this process. It lies below the range from which outgoing connections take theirs
 * (32768 and up on Linux), so that nobody takes it while a part that listens on it is being restarted.
 */
export function freePort(): Promise<number> {
  const from = lowestFree + Math.floor(Math.random() * (highestFree - lowestFree))
  return getPort({ port: portNumbers(from, from + 500), reserve: true })
}

/**
 * The usual port of each name, or a free one where that is taken (`free` asks for free ones throughout); `moved` tells of the former. `ours` are
 * usual ports that we have published elsewhere already: they stay there.
 */
export async function choosePorts(services: string[], { free, ours = {} }: { free: boolean; ours?: Readonly<Record<number, number>> }) {
  const newcomers = services.filter((name) => !(name in usual)).map((name, index): [string, number] => [name, usual.email + 1 + index])
  const ports: Record<string, number> = {}
  const moved: string[] = []
  for (const [name, port] of [...Object.entries(usual), ...newcomers]) {
    const kept = ours[port]
    const mine = kept ?? (free ? undefined : await getPort({ port: [port], reserve: true }))
    ports[name] = mine !== undefined && (kept || mine === port) ? mine : await freePort()
    if (!free && !kept && mine !== port) moved.push(`${name} from ${port} to ${ports[name]}`)
  }
  for (const name of inner) ports[name] = await freePort()
  return { ports: ports as Ports, moved }
}
