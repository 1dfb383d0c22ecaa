import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { basename, dirname } from 'node:path'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib'
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { envDetector, resourceFromAttributes, serviceInstanceIdDetector } from '@opentelemetry/resources'
import { AggregationType } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { inTime } from './in-time.ts'
import { consumed, published } from './messaging/spans.ts'
import { prometheus } from './prometheus.ts'
import { callerLinked, isUntraced } from './requests.ts'

/** The folder of the program that runs, unless the environment says otherwise. */
export const serviceName = process.env['OTEL_SERVICE_NAME'] ?? basename(dirname(process.argv[1] ?? 'service/'))

const batching = () =>
  new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), maxQueueSize: 20_000, maxExportBatchSize: 512, scheduledDelayMillis: 500 })

// Where nobody collects spans, orders still have their trace ids.
const nothing = async () => {}
const unheard: SpanProcessor = { onStart: () => {}, onEnd: () => {}, forceFlush: nothing, shutdown: nothing }

const detailed = process.env['TRACE_DETAIL'] === 'db'
const exporting = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined
// Spans of one machine share one clock; Jaeger takes that from `ip`, and else warns of skew.
const host = process.env['HOST_NAME'] ?? hostname()
const sdk = new NodeSDK({
  serviceName,
  resource: resourceFromAttributes({ 'host.name': host, ip: host, 'process.pid': process.pid }),
  resourceDetectors: [serviceInstanceIdDetector, envDetector], // not who runs it, nor in which folder
  spanProcessors: [exporting ? batching() : unheard],
  textMapPropagator: new W3CTraceContextPropagator(), // no baggage: what a caller sends along is not ours to pass on
  metricReaders: [prometheus],
  views: [{ meterName: '@opentelemetry/instrumentation-http', aggregation: { type: AggregationType.DROP } }], // it would see no reading; timing.ts does
  logRecordProcessors: [],
  instrumentations: [
    new AmqplibInstrumentation({ publishHook: published, consumeHook: consumed(serviceName), consumeTimeoutMs: 0 }),
    new HttpInstrumentation({
      ignoreIncomingRequestHook: isUntraced,
      requestHook: callerLinked,
      disableOutgoingRequestInstrumentation: true,
    }),
    new ExpressInstrumentation({ ignoreLayersType: ['middleware', 'router', 'request_handler'] as never }),
    ...(detailed ? [new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true })] : []),
  ],
})
sdk.start()
if (detailed) createRequire(import.meta.url)('pg') // required once, so that the instrumentation sees it without a loader hook and its thread

/** Sends what spans there are, for 2 s at most, and ends tracing. */
export const stopTracing = () =>
  inTime(
    2_000,
    () => sdk.shutdown(),
    () => new Error('the spans take too long'),
  ).catch(() => {})
