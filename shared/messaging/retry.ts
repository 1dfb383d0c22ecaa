import { context } from '@opentelemetry/api'
import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib'
import { carrierOf, silently } from '../tracing.ts'
import { Unprocessable } from './envelope.ts'
import { attemptOf } from './spans.ts'
import { deadQueue, retryQueue } from './topology.ts'

export type Verdict =
  | { readonly is: 'retry'; readonly attempt: number; readonly delay: number }
  | { readonly is: 'dead'; readonly attempt: number }

/** What is to become of a delivery that failed: another attempt after the next, longer delay; or the dead letters, when there is none left or no use. */
export const verdictOn = (delivery: ConsumeMessage, error: unknown, delays: readonly number[]): Verdict => {
  const attempt = attemptOf(delivery)
  const delay = delays[attempt - 1]
  return delay === undefined || error instanceof Unprocessable ? { is: 'dead', attempt } : { is: 'retry', attempt, delay }
}

/**
 * Hands a failed delivery on, to a wait queue or to the dead letters of its own service, through the service's own exchange: nobody else
 * hears it again. Resolves once the broker has confirmed it; only then may the delivery be acked. The wait is 80 to 100 % of its level's,
 * so that what failed together does not come back together.
 */
export const handOn = (
  channel: ConfirmChannel,
  service: string,
  delivery: ConsumeMessage,
  error: unknown,
  verdict: Verdict,
): Promise<void> => {
  const queue = verdict.is === 'retry' ? retryQueue(service, verdict.delay) : deadQueue(service)
  const { contentType, messageId, type, correlationId, timestamp, appId } = delivery.properties
  const options: Options.Publish = {
    ...{ contentType, messageId, type, correlationId, timestamp, appId },
    persistent: true,
    mandatory: true,
    headers: { ...trace(delivery), ...account(service, error, verdict), 'x-failed-in': carrierOf(context.active()).traceparent },
    ...(verdict.is === 'retry' && { expiration: Math.round(verdict.delay * (0.8 + 0.2 * Math.random())) }),
  }
  return new Promise((resolve, reject) => {
    const settled = (fault: unknown) => (fault ? reject(fault) : resolve())
    silently(() => channel.publish(service, queue, delivery.content, options, settled))
  })
}

// Never the broker's own x-death, x-first-death-*, x-delivery-count: on 3.10 a message that carries them vanishes when it comes back.
const trace = ({ properties: { headers } }: ConsumeMessage) => ({
  ...(headers?.['traceparent'] && { traceparent: headers['traceparent'] }),
  ...(headers?.['tracestate'] && { tracestate: headers['tracestate'] }),
})

const account = (service: string, error: unknown, { is, attempt }: Verdict) => {
  const { name, message, stack } = error as Error
  const reason = `${name}: ${message}`.slice(0, 1_000)
  if (is === 'retry') return { 'x-attempt': attempt + 1, 'x-reason': reason }
  return {
    'x-attempts': attempt,
    'x-reason': reason,
    'x-service': service,
    'x-died-at': new Date().toISOString(),
    'x-stack': (stack ?? '').slice(0, 4_000),
  }
}
