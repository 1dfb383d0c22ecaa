import getPort, { portNumbers } from 'get-port'

/** The ports everybody knows, and the one place where they stand. A service that is not listed takes the next after email's. */
const usual: Record<string, number> = {
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

/** The usual port of each name, or a free one where that is taken (or `free` asks for none but free ones); `moved` names the former, to be told. */
export async function choosePorts(services: string[], { free }: { free: boolean }) {
  const newcomers = services.filter((name) => !(name in usual)).map((name, index): [string, number] => [name, 3006 + index])
  const ports: Record<string, number> = {}
  const moved: string[] = []
  for (const [name, port] of [...Object.entries(usual), ...newcomers]) {
    ports[name] = free ? await freePort() : await getPort({ port: [port], reserve: true })
    if (!free && ports[name] !== port) ports[name] = await freePort()
    if (!free && ports[name] !== port) moved.push(`${name} ${port} → ${ports[name]}`)
  }
  return { ports, moved }
}
