import { farewell } from '@pas-de-cinq/shared/messaging/answered'
import { events, ownExchange, type Topology, whole } from '@pas-de-cinq/shared/messaging/topology'
import { patiently } from '@pas-de-cinq/shared/patiently'
import amqp from 'amqplib'
import { management } from '../management.ts'
import { passwordOf } from '../passwords.ts'

type Manage = ReturnType<typeof management>
type Urls = { readonly amqp: string; readonly management: string }
type Bound = { source: string; destination: string; destination_type: string; routing_key: string; properties_key: string }

/**
 * Users and their rights, then exchanges, queues and bindings, and, as the last act, the mark that all of it is whole, for which the services
 * wait. A binding to a service's queue that no row asks for any more is removed. What is there already is left as it is. A broker that has just
 * started, and does not find yet what it has, is given 30 s.
 */
export const putBrokerInPlace = async (urls: Urls, services: readonly string[], topology: Topology) => {
  const manage = management(urls.management)
  for (const service of services) await grant(manage, service)
  const late = Date.now() + patience
  await patiently(
    () => declare(urls.amqp, manage, topology),
    (error) => (error as { code?: unknown }).code === notFound && Date.now() < late,
    500,
  )
}

const patience = 30_000
const notFound = 404

const declare = async (url: string, manage: Manage, topology: Topology) => {
  const connection = await amqp.connect(url, { noDelay: true, timeout: 5_000 })
  connection.on('error', () => {})
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {}) // whoever waits for an answer is told
    for (const { name, type } of topology.exchanges) await channel.assertExchange(name, type, { durable: true })
    for (const queue of topology.queues) await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments })
    for (const { exchange, queue, key } of topology.bindings) await channel.bindQueue(queue, exchange, key)
    await removeStale(manage, topology)
    await channel.assertExchange(whole, 'fanout', { durable: true })
  } finally {
    await farewell(connection)
  }
}

const oneOf = (...names: readonly string[]) => `^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`

/** Read only in its own queue; write only to `events`, under its own keys, and to its own exchange; nothing to configure, nor to bind. */
const grant = async (manage: Manage, service: string) => {
  await manage('PUT', `users/${service}`, { password: passwordOf(service), tags: '' })
  await manage('PUT', `permissions/%2F/${service}`, {
    configure: '^$',
    write: oneOf(events, ownExchange(service)),
    read: oneOf(service),
  })
  await manage('PUT', `topic-permissions/%2F/${service}`, { exchange: events, write: `^${service}\\.`, read: '^$' })
}

const removeStale = async (manage: Manage, { queues, bindings }: Topology) => {
  const bound = await manage<Bound[]>('GET', 'bindings/%2F')
  const stale = bound.filter(
    ({ source, destination, destination_type, routing_key }) =>
      source !== '' &&
      destination_type === 'queue' &&
      queues.some(({ name }) => name === destination) &&
      !bindings.some(({ exchange, queue, key }) => exchange === source && queue === destination && key === routing_key),
  )
  for (const { source, destination, properties_key } of stale)
    await manage(
      'DELETE',
      `bindings/%2F/e/${encodeURIComponent(source)}/q/${encodeURIComponent(destination)}/${encodeURIComponent(properties_key)}`,
    )
}
