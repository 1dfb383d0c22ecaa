import { context } from '@opentelemetry/api'
import type { ConsumeMessage } from 'amqplib'
import { isUnfit } from '../database-faults.ts'
import { faultOf } from '../faults.ts'
import { log } from '../log.ts'
import { rest } from '../patiently.ts'
import { carrierOf, silently } from '../tracing.ts'
import { confirming, type Publish } from './confirming.ts'
import { Unprocessable } from './envelope.ts'
import type { Guest } from './guests.ts'
import { withHistory } from './history.ts'
import { saidAs } from './origin.ts'
import { attemptOf } from './spans.ts'
import { deadQueue, ownExchange, retryQueue } from './topology.ts'

const pause = 1_000

/** What becomes of a delivery that failed. `attempt` is the one that failed, from 1; `delay` is in milliseconds. */
export type Verdict =
  | { readonly is: 'retry'; readonly attempt: number; readonly delay: number }
  | { readonly is: 'dead'; readonly attempt: number }

/** What is to become of a delivery that failed: another attempt after the next, longer delay; or the dead letters, when there is none left or no use. */
export const verdictOn = (delivery: ConsumeMessage, error: unknown, delays: readonly number[]): Verdict => {
  const attempt = attemptOf(delivery)
  const delay = delays[attempt - 1]
  return delay === undefined || error instanceof Unprocessable || isUnfit(error) ? { is: 'dead', attempt } : { is: 'retry', attempt, delay }
}

/** Hands on what failed, on a connection that publishes. */
export type HandingOn = Guest & {
  handOn: (delivery: ConsumeMessage, error: unknown, verdict: Verdict, wanted: () => boolean) => Promise<void>
}

/**
 * Hands failed deliveries on, to a wait queue or to the dead letters of their own service, through the service's own exchange: nobody else
 * hears them again. Resolves once the broker has confirmed it; only then may the delivery be acked. It is tried again each second for as
 * long as it is `wanted`. The wait is 80 to 100 % of its level's, so that what failed together does not come back together.
 */
export const handingOn = (service: string): HandingOn => {
  let publish: Publish | undefined
  const away: Publish = () => Promise.reject(new Error('the broker is away'))

  return {
    arrive: (channel) => {
      publish = confirming(channel)
    },
    leave: () => {
      publish = undefined
    },
    async handOn(delivery, error, verdict, wanted) {
      const queue = verdict.is === 'retry' ? retryQueue(service, verdict.delay) : deadQueue(service)
      const { messageId } = delivery.properties
      const options = {
        ...properties(delivery),
        headers: {
          ...firstTrace(delivery),
          ...origin(delivery),
          ...account(service, delivery, error, verdict),
          'x-failed-in': carrierOf(context.active()).traceparent,
        },
        ...(verdict.is === 'retry' && { expiration: Math.round(verdict.delay * (0.8 + 0.2 * Math.random())) }),
      }
      const hand = () =>
        silently(() =>
          (publish ?? away)(ownExchange(service), queue, delivery.content, {
            ...options,
            headers: { ...options.headers, 'x-sent-at': Date.now() },
          }),
        )
      while (wanted()) {
        const fault = await hand().catch((reason: Error) => reason)
        if (!fault) return
        log.warn({ reason: fault.message, eventId: messageId }, 'could not be handed on yet')
        await rest(pause)
      }
      throw new Error('its channel is lost: the broker delivers it again')
    },
  }
}

// What is odd is left out: a number beyond what can be written would keep the delivery here for ever.
const properties = ({
  properties: { contentType, contentEncoding, messageId, type, correlationId, timestamp, appId },
}: ConsumeMessage) => ({
  contentType,
  contentEncoding,
  messageId,
  type,
  correlationId,
  appId,
  ...(Number.isSafeInteger(timestamp) && { timestamp }),
})

// Never the broker's own x-death, x-first-death-*, x-delivery-count: on 3.10 a message that carries them vanishes when it comes back.
const firstTrace = ({ properties: { headers } }: ConsumeMessage) => ({
  ...(typeof headers?.['traceparent'] === 'string' && { traceparent: headers['traceparent'] }),
  ...(typeof headers?.['tracestate'] === 'string' && { tracestate: headers['tracestate'] }),
})

const origin = (delivery: ConsumeMessage) => {
  const key = saidAs(delivery)
  return key === undefined ? {} : { 'x-said-as': key }
}

const account = (service: string, delivery: ConsumeMessage, error: unknown, { is, attempt }: Verdict) => {
  const { name, message, stack } = faultOf(error)
  const reason = `${name}: ${message}`.slice(0, 1_000)
  const told = { 'x-reason': reason, ...withHistory(delivery, `attempt ${attempt}: ${reason}`) }
  if (is === 'retry') return { ...told, 'x-attempt': attempt + 1 }
  return { ...told, 'x-attempts': attempt, 'x-service': service, 'x-died-at': new Date().toISOString(), 'x-stack': stack }
}
