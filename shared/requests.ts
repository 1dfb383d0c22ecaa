import type { IncomingMessage } from 'node:http'
import { type Attributes, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'

const callers = new WeakMap<object, Record<string, unknown>>()

/**
 * Reads leave no span, so that neither polling nor health checks make noise. From what is traced, the caller's context is taken away before
 * the span begins: every order is a trace of its own, whoever places it.
 */
export const isUntraced = (request: IncomingMessage) => {
  const { traceparent, tracestate } = request.headers
  if (traceparent) callers.set(request, { traceparent, tracestate })
  delete request.headers['traceparent']
  delete request.headers['tracestate']
  return request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
}

const whereabouts = ['client.address', 'network.peer.address', 'network.peer.port']

/** Links a request's span to the caller's, where the caller has one; from where the caller comes is nobody's business. */
export const callerLinked = (span: Span, request: object) => {
  const { attributes = {} } = span as Span & { attributes?: Attributes } // of a recording span (ReadableSpan)
  for (const name of whereabouts) delete attributes[name]
  const caller = callers.get(request)
  const context = caller && trace.getSpanContext(propagation.extract(ROOT_CONTEXT, caller))
  if (context) span.addLink({ context })
}
