import { SpanKind } from '@opentelemetry/api'
import amqp from 'amqplib'
import { services } from './choreographies.ts'
import { runFolder, runningIn } from './native/run-folder.ts'

// npm run redrive -- payment [event id …]: sends the dead letters of a service, or those named, to its own queue again.
const [service = '', ...ids] = process.argv.slice(2)
const parts = runningIn(runFolder())?.parts
const fault = !services().includes(service)
  ? `Usage: npm run redrive -- <${services().join('|')}> [event id …]`
  : !parts?.['rabbitmq']
    ? 'Nothing runs here: npm start'
    : undefined
if (fault || !parts) {
  console.error(fault)
  process.exit(1)
}

Object.assign(process.env, { OTEL_SERVICE_NAME: 'redrive' })
if (parts['jaeger']) Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: parts['jaeger']['otlp'] })
const { inSpan, stopTracing } = await import('@pas-de-cinq/shared/tracing')
const { redrive } = await import('@pas-de-cinq/shared/messaging/dead-letters')

const connection = await amqp.connect(String(parts['rabbitmq']?.url), { noDelay: true, timeout: 5_000 })
const channel = await connection.createConfirmChannel()
const sent = await inSpan(`redrive ${service}`, { kind: SpanKind.INTERNAL }, () =>
  redrive(channel, service, ({ id }) => ids.length === 0 || ids.includes(id)),
)
await channel.close() // what was not chosen returns to its place
await connection.close()
await stopTracing()
for (const { id, type, subject, reason } of sent) console.log(`${type} ${id} of order ${subject}: ${reason}`)
console.log(`${sent.length} sent again to ${service}`)
