import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { basename, dirname } from 'node:path'
import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib'
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { envDetector, resourceFromAttributes, serviceInstanceIdDetector } from '@opentelemetry/resources'
import { AggregationType } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { faultOf } from './faults.ts'
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

const tracer = trace.getTracer('pas-de-cinq')
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
export const stopTracing = () => Promise.race([sdk.shutdown(), new Promise((resolve) => setTimeout(resolve, 2_000))]).catch(() => {})

/** Runs `work` in a span of its own; what it throws is recorded there, and thrown on. */
export const inSpan = <T>(
  name: string,
  options: { kind: SpanKind; attributes?: Attributes },
  work: (span: Span) => Promise<T>,
): Promise<T> =>
  tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      failed(span, error)
      throw error
    } finally {
      span.end()
    }
  })

/** Starts a span within `parent`, and links it and the span of `actor` to each other: so one trace tells who reached into it. */
export const spanLinkedTo = (name: string, parent: Context, actor: Context, attributes: Attributes): Span => {
  const acting = trace.getSpan(actor)
  const links: Link[] = acting ? [{ context: acting.spanContext() }] : []
  const span = tracer.startSpan(name, { attributes, links }, parent)
  acting?.addLink({ context: span.spanContext() })
  return span
}

/** Marks a moment on the span of `at`, where there is one. */
export const mark = (at: Context, what: string, attributes: Attributes) => void trace.getSpan(at)?.addEvent(what, attributes)

/** Marks a span as failed, with what was thrown. */
export const failed = (span: Span | undefined, error: unknown) => {
  const fault = faultOf(error)
  span?.setAttribute('error.type', fault.name)
  span?.recordException(fault)
  span?.setStatus({ code: SpanStatusCode.ERROR, message: fault.message })
}

/** The W3C trace context of `at`, as it is kept beside an event. */
export const carrierOf = (at: Context): { traceparent?: string; tracestate?: string } => {
  const carrier = {}
  propagation.inject(at, carrier)
  return carrier
}

/** The context that a stored `traceparent` names; a root where there is none. */
export const contextOf = (carrier: { traceparent?: string | null | undefined; tracestate?: string | null | undefined }): Context =>
  propagation.extract(ROOT_CONTEXT, carrier)

/** Runs what is done for one or for many: for one in its own context, for many in none, since it belongs to no single trace. */
export const inOwnContext = <T>(items: readonly { readonly at: Context }[], work: () => T): T =>
  context.with(items.length === 1 && items[0] ? items[0].at : ROOT_CONTEXT, work)

/** Runs `work` without leaving spans: for whatever polls, watches or cleans up. */
export const silently = <T>(work: () => T): T => context.with(suppressTracing(ROOT_CONTEXT), work)
