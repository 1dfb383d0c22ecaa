import { configuration, retryDelays } from '@pas-de-cinq/shared/config'
import { events, topologyOf } from '@pas-de-cinq/shared/messaging/topology'
import { z } from 'zod'
import { choreographies } from './choreographies.ts'
import { warningOf } from './passwords.ts'
import { putBrokerInPlace } from './topology/broker.ts'
import { putDatabasesInPlace } from './topology/databases.ts'

// One idempotent step, as the administrator of both: everything that the services' tables ask for is there afterwards.
const config = configuration({
  POSTGRES_ADMIN_URL: z.url(),
  RABBITMQ_ADMIN_URL: z.url(),
  RABBITMQ_MANAGEMENT_URL: z.url(),
  PUBLISH_HOST: z.string(),
  ...retryDelays,
})

const tables = await choreographies()
const names = Object.keys(tables)
const topology = topologyOf(tables, config.RETRY_DELAYS_MS)
await Promise.all([
  putDatabasesInPlace(config.POSTGRES_ADMIN_URL, names),
  putBrokerInPlace({ amqp: config.RABBITMQ_ADMIN_URL, management: config.RABBITMQ_MANAGEMENT_URL }, names, topology),
])
console.log(
  `topology: ${names.length} databases, ${topology.queues.length} queues, ${topology.bindings.length} bindings to ${events} and beyond are in place`,
)
const warning = warningOf(config.PUBLISH_HOST, names)
if (warning) console.warn(warning)
