import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { retryDelays } from '@pas-de-cinq/shared/config'
import { deadQueue, retryQueue, topologyOf } from '@pas-de-cinq/shared/messaging/topology'
import { migrate } from '@pas-de-cinq/shared/migrate'
import amqp from 'amqplib'
import pg from 'pg'
import { choreographies } from '../choreographies.ts'
import { startPostgres } from '../native/postgres.ts'
import { startRabbitmq } from '../native/rabbitmq.ts'
import { runFolder } from '../native/run-folder.ts'
import { passwordOf } from '../passwords.ts'
import { putBrokerInPlace } from '../topology/broker.ts'
import { putDatabasesInPlace } from '../topology/databases.ts'

const root = new URL('../../', import.meta.url)
const delays = retryDelays.RETRY_DELAYS_MS.parse(undefined)
const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } }

/** What the contestants stand on: the services of this system, and what is made by hand (database → SQL, queue → the events it hears). */
export type Layout = {
  readonly services: readonly string[]
  readonly byHand: {
    readonly exchange: string
    readonly databases: Readonly<Record<string, string>>
    readonly queues: Readonly<Record<string, readonly string[]>>
  }
  /** what is done in a service's database, once its tables are there */
  readonly more?: Readonly<Record<string, string>>
}
/** Where an event waits that a service has laid aside, for a while or for good. */
export const aside = (service: string) =>
  [deadQueue(service), ...delays.map((delay) => retryQueue(service, delay))].map((queue) => ({ queue }))

export type Ground = Awaited<ReturnType<typeof startGround>>

/**
 * A PostgreSQL and a RabbitMQ of the bench's own, on the disk and as `npm start` has them, but that each row tells when it was committed, by the clock
 * of this machine.
 */
export const startGround = async ({ services, byHand, more = {} }: Layout) => {
  const beneath = join(runFolder(), 'bench')
  mkdirSync(beneath, { recursive: true })
  const postgres = await startPostgres({ beneath, more: { track_commit_timestamp: 'on' } })
  const rabbitmq = await startRabbitmq({ beneath })
  const admin = (database: string) => Object.assign(new URL(postgres.url), { pathname: `/${database}` }).href
  const clients = new Map<string, pg.Client>()
  const clientOf = async (database: string) => {
    const client = clients.get(database) ?? new pg.Client({ connectionString: admin(database) })
    if (!clients.has(database)) {
      clients.set(
        database,
        client.on('error', () => {}),
      )
      await client.connect()
    }
    return client
  }
  const query = async <Row extends object>(database: string, sql: string) => (await (await clientOf(database)).query<Row>(sql)).rows

  const all = await choreographies()
  const dancing = Object.fromEntries(services.map((name) => [name, all[name] as NonNullable<(typeof all)[string]>]))
  await putDatabasesInPlace(postgres.url, services)
  const management = new URL(rabbitmq.management)
  const { username, password } = new URL(rabbitmq.url)
  Object.assign(management, { username, password })
  await putBrokerInPlace({ amqp: rabbitmq.url, management: management.href }, services, topologyOf(dancing, delays))
  const urlsOf = (service: string, database = service) => ({
    DATABASE_URL: `postgresql://${service}:${passwordOf(service)}@127.0.0.1:${postgres.port}/${database}`,
    AMQP_URL: `amqp://${service}:${passwordOf(service)}@127.0.0.1:${rabbitmq.ports.rabbitmq}`,
  })
  for (const service of services)
    await migrate(
      urlsOf(service).DATABASE_URL,
      ['shared/messaging', `services/${service}`].map((folder) => new URL(`${folder}/migrations/`, root)),
    )
  for (const database of Object.keys(byHand.databases)) await query('postgres', `create database ${database}`)
  for (const [database, sql] of Object.entries({ ...byHand.databases, ...more })) await query(database, sql)
  const connection = await amqp.connect(rabbitmq.url, { noDelay: true })
  const channel = await connection.createChannel()
  await channel.assertExchange(byHand.exchange, 'topic')
  for (const [queue, keys] of Object.entries(byHand.queues)) {
    await channel.assertQueue(queue, quorum)
    for (const key of keys) await channel.bindQueue(queue, byHand.exchange, key)
  }

  return {
    admin,
    query,
    /** where a service finds its own, or another database that is its own */
    urlsOf,
    pids: { postgres: postgres.pid, rabbitmq: rabbitmq.pid },
    handUrlsOf: (database: string) => ({ DATABASE_URL: admin(database), AMQP_URL: rabbitmq.url }),
    waitingIn: async (queue: string) => (await channel.checkQueue(queue)).messageCount,
    purge: async (queue: string) => void (await channel.purgeQueue(queue)),
    versions: async () => ({
      postgres: (await query<{ server_version: string }>('postgres', 'show server_version'))[0]?.server_version ?? '',
      rabbitmq: String((connection.connection as { serverProperties?: { version?: string } }).serverProperties?.version),
    }),
    end: async () => {
      for (const client of clients.values()) await client.end()
      await connection.close()
      await Promise.all([postgres.stop(), rabbitmq.stop()])
    },
  }
}
