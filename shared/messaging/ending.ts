import { trace } from '@opentelemetry/api'
import type { ConsumeMessage } from 'amqplib'
import { log } from '../log.ts'
import { pacing } from '../pace.ts'
import { failed } from '../tracing.ts'
import type { Acks } from './acks.ts'
import { type Hearing, hearingDelivered, tellVerdict } from './delivered.ts'
import { countingDeliveries, type Ending } from './metrics.ts'
import { type HandingOn, verdictOn } from './retry.ts'
import type { Suspects } from './suspects.ts'

/** What it takes to bring the deliveries of a service to their end. */
export type Bringing = Hearing & {
  readonly service: string
  /** the pauses before the second attempt, the third, and so on, in milliseconds */
  readonly delays: readonly number[]
  readonly handOn: HandingOn['handOn']
  readonly suspects: Suspects
  /** how many deliveries may be begun in a second; 0: as many as come */
  readonly perSecond?: number
}

/**
 * Brings a delivery to its end, and acks it after its effect has been committed, or after the broker has confirmed its retry or its dead
 * letter. One that is `suspicious` is watched. Never throws: what is lost meanwhile with its channel comes again.
 */
export const bringingToEnd = ({ service, hears, types, delays, hear, handOn, suspects, perSecond }: Bringing) => {
  const pace = pacing(perSecond)
  const begun = countingDeliveries(service, types)
  const heard = hearingDelivered({ hears, types, hear })

  return async (delivery: ConsumeMessage, acks: Acks, suspicious: boolean): Promise<void> => {
    const span = trace.getActiveSpan()
    const ended = begun(delivery)
    const settle = (ending: Ending, error?: unknown) => {
      acks.ack(delivery)
      ended(ending, error)
    }
    await pace()
    try {
      settle(suspicious ? await suspects.watched(delivery.properties.messageId, () => heard(delivery)) : await heard(delivery))
    } catch (error) {
      failed(span, error)
      const verdict = verdictOn(delivery, error, delays)
      tellVerdict(delivery, error, verdict)
      await handOn(delivery, error, verdict, acks.isOpen).then(() => settle(verdict.is, error), lostMeanwhile)
    }
  }
}

/** What is told of a fault that comes of a lost channel: nothing has to be done, since all of it comes again on the next. */
export const lostMeanwhile = (error: Error) => log.debug({ reason: error.message }, 'the channel is lost; another comes')
