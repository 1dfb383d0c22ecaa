import type { Context } from '@opentelemetry/api'
import { dataschemaOf } from './events.ts'
import type { Ground } from './ground.ts'
import type { Event } from './messaging/envelope.ts'
import { carrierOf } from './tracing.ts'

type Speaker = Pick<Ground<never, never>, 'name' | 'now' | 'newId'> & {
  readonly choreography: { readonly says: Ground<never, never>['choreography']['says'] }
}

/** What a decision came to, as an event of this service: about `subject`, because of `cause`, in the trace context `at`. */
export const say =
  ({ name, choreography, now, newId }: Speaker) =>
  (subject: string, { type, data }: Pick<Event, 'type' | 'data'>, at: Context, cause?: Event): Event => {
    const schema = choreography.says[type]
    if (!schema) throw new Error(`${name} does not say ${type}`)
    return {
      specversion: '1.0',
      id: newId(),
      type,
      source: `/services/${name}`,
      subject,
      time: now().toISOString(),
      datacontenttype: 'application/json',
      dataschema: dataschemaOf(type, schema),
      correlationid: subject,
      ...(cause && { causationid: cause.id }),
      hops: cause ? (cause.hops ?? 0) + 1 : 0,
      ...carrierOf(at),
      data,
    }
  }

/** What came to be said, if anything did. */
export const saidIn = (result: { readonly said: readonly Event[] } | { readonly is: string }): readonly Event[] =>
  'said' in result ? result.said : []
