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
import { suppressTracing } from '@opentelemetry/core'
import { faultOf } from './faults.ts'

const tracer = trace.getTracer('pas-de-cinq')

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
