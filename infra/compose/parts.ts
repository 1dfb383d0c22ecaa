import type { PartState, State } from '../native/run-folder.ts'
import { adminPasswordOf, publishHost } from '../passwords.ts'
import type { Ports } from '../ports.ts'
import type { Container } from './containers.ts'

/** Where this machine reaches what is published. */
const host = () => (['', '0.0.0.0', '::'].includes(publishHost()) ? '127.0.0.1' : publishHost())

const http = (port: number | undefined) => `http://${host()}:${port}`

const never = '0001-'

/** Where each part is to be found from this machine. */
const addressesAt = (ports: Ports): Record<string, Record<string, string>> => ({
  rabbitmq: { url: `amqp://admin:${adminPasswordOf('rabbitmq')}@${host()}:${ports.rabbitmq}`, management: http(ports.management) },
  postgres: { url: `postgresql://admin:${adminPasswordOf('postgres')}@${host()}:${ports.postgres}/postgres` },
  jaeger: { url: http(ports.jaeger), otlp: http(ports.otlp) },
  mail: { url: http(ports.mail) },
})

/** What `state.json` is to say of containers: the first replica of each part, since a second start of it how often it was started again. */
export const partsOf = (
  containers: readonly Container[],
  ports: Ports,
  services: readonly string[],
  before: State['parts'],
): State['parts'] => {
  const addresses = addressesAt(ports)
  const parts: State['parts'] = {}
  for (const { name, service, startedAt, healthy } of containers) {
    const address = services.includes(service) ? { url: http(ports[service]) } : addresses[service]
    if (!address?.url || service in parts || startedAt.startsWith(never)) continue
    const known = before[service]
    const again = known && known['began'] !== startedAt ? 1 : 0
    parts[service] = {
      ...address,
      url: address.url,
      container: name,
      began: startedAt,
      ready: healthy,
      restarts: (known?.restarts ?? 0) + again,
    }
  }
  return parts
}

/** The ports that running containers have published already, by what listens there. */
export const publishedBy = (containers: readonly Container[]): Record<number, number> =>
  Object.assign({}, ...containers.filter(({ running }) => running).map(({ ports }) => ports))

/** The names of parts that are ready now and were not, or not since they were last started. */
export const newlyReady = (parts: State['parts'], before: State['parts']): [name: string, part: PartState][] =>
  Object.entries(parts).filter(([name, { ready, began }]) => ready && !(before[name]?.ready && before[name].began === began))
