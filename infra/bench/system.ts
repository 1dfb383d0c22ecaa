import { setTimeout as delay } from 'node:timers/promises'
import { SpanKind } from '@opentelemetry/api'
import { databaseAt } from '@pas-de-cinq/shared/database'
import { brokerAt } from '@pas-de-cinq/shared/messaging/broker'
import { leadership } from '@pas-de-cinq/shared/messaging/leadership'
import { relaying } from '@pas-de-cinq/shared/messaging/relay'
import { onPostgres } from '@pas-de-cinq/shared/on-postgres'
import { performing } from '@pas-de-cinq/shared/perform'
import { inSpan } from '@pas-de-cinq/shared/tracing'
import { PrismaClient } from '../../services/order/generated/client.ts'
import { order } from '../../services/order/reactions.ts'
import { store } from '../../services/order/store.ts'
import { placing } from './placing.ts'
import { produce } from './produce.ts'

// The service order without its HTTP: its own table, decisions and store on the shell, with the relay and its leader, as `runService` puts them
// together. It hears nothing, so that what B says of its orders waits to be counted.

const { DATABASE_URL = '', AMQP_URL = '' } = process.env
const { db, transact } = databaseAt(DATABASE_URL, (options) => new PrismaClient(options))
const relay = relaying('order', Object.keys(order.says))
const leader = leadership(DATABASE_URL, relay)
const broker = brokerAt(AMQP_URL, 'order says', [relay])
broker.start()

const perform = performing({
  ...onPostgres,
  name: 'order',
  choreography: order,
  db,
  transact,
  store,
  asks: {},
  asksAtOnce: 16,
  spoken: (_, written) => leader.publish(written),
})
while (broker.state().is !== 'up' || !leader.leads()) await delay(20)

produce((orderId) =>
  inSpan('POST /orders', { kind: SpanKind.SERVER }, async () => {
    await perform({ type: 'POST /orders', subject: orderId, data: placing(orderId) })
    return orderId
  }),
)
