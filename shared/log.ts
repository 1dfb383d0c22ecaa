import { trace } from '@opentelemetry/api'
import { pino } from 'pino'
import { serviceName } from './sdk.ts'

/** One JSON object a line, on standard output, with the trace and span it was written in. No personal data belongs in here. */
export const log = pino({
  level: process.env['LOG_LEVEL'] ?? 'info',
  base: { service: serviceName },
  mixin: () => {
    const span = trace.getActiveSpan()?.spanContext()
    return span ? { traceId: span.traceId, spanId: span.spanId } : {}
  },
})
