import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { choreographies } from './choreographies.ts'
import { isAtRest } from './demo/dances.ts'

export type Span = {
  readonly id: string
  readonly traceId: string
  readonly parent: Span | undefined
  readonly orphan: boolean
  readonly name: string
  readonly service: string
  readonly kind: string
  readonly failed: boolean
  /** what a failed one says of it */
  readonly message: string
  /** the names of its span events */
  readonly events: readonly string[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
}
type Reference = { refType: 'CHILD_OF' | 'FOLLOWS_FROM'; traceID: string; spanID: string }
type Tag = { key: string; value: unknown }
type JaegerSpan = {
  spanID: string
  traceID: string
  operationName: string
  processID: string
  references: Reference[]
  tags: Tag[]
  logs: { fields: Tag[] }[]
  warnings: string[] | null
}
type JaegerTrace = { spans: JaegerSpan[]; processes: Record<string, { serviceName: string }> }

/** The spans of a trace, as Jaeger tells them now; none, as long as it knows nothing of it. */
export const spansOf = async (traceId: string, jaeger: string): Promise<Span[]> => {
  const response = await fetch(`${jaeger}/api/traces/${traceId}`)
  if (!response.ok) return []
  const { data } = (await response.json()) as { data: [JaegerTrace] }
  const [{ spans, processes }] = data
  const made = new Map(spans.map((span) => [span.spanID, asSpan(span, processes[span.processID]?.serviceName ?? '')]))
  for (const { spanID, references } of spans) {
    const span = made.get(spanID) as Span
    const parent = references.find(({ refType, traceID }) => refType === 'CHILD_OF' && traceID === traceId)
    if (parent) Object.assign(span, { parent: made.get(parent.spanID), orphan: !made.has(parent.spanID) })
  }
  return [...made.values()]
}

const asSpan = ({ spanID, traceID, operationName, references, tags, logs, warnings }: JaegerSpan, service: string): Span => {
  const attributes = Object.fromEntries(tags.map(({ key, value }) => [key, value]))
  return {
    id: spanID,
    traceId: traceID,
    parent: undefined,
    orphan: false,
    name: operationName,
    service,
    attributes,
    kind: String(attributes['span.kind'] ?? ''),
    failed: attributes['error'] === true,
    message: String(attributes['otel.status_description'] ?? ''),
    events: logs.map(({ fields }) => String(fields.find(({ key }) => key === 'event')?.value)),
    links: references.map(({ traceID: traceId, spanID: spanId }) => ({ traceId, spanId })),
    warnings: warnings ?? [],
  }
}

/**
 * What an order's trace still lacks, undefined once it is whole: nobody has anything to say any more, no span is an orphan, and every event
 * published has been processed by each of its hearers. That it was published or delivered more than once is no fault.
 */
export const lackingIn = (spans: readonly Span[], heardBy: ReadonlyMap<string, readonly string[]>): string | undefined => {
  const orphan = spans.find(({ orphan }) => orphan)
  if (orphan) return `the span above ${orphan.name} of ${orphan.service}`
  const published = Map.groupBy(
    spans.filter(({ kind }) => kind === 'producer'),
    ({ name, attributes }) => `${name.replace('publish ', '')} ${attributes['cloudevents.event_id']}`,
  )
  const types: string[] = []
  for (const [event, publications] of published) {
    const [type = ''] = event.split(' ')
    const processed = spans.filter(({ parent, failed }) => parent && publications.includes(parent) && !failed).map(({ service }) => service)
    const missing = (heardBy.get(type) ?? []).filter((service) => !processed.includes(service))
    if (missing.length > 0) return `${type} is processed by ${processed.join(', ') || 'nobody'}, not by ${missing.join(', ')}`
    types.push(type)
  }
  return isAtRest(types) ? undefined : 'an event that is still to be said'
}

/** The deliveries that each publication has to lead to, as `service: event`. */
export const hearers = async (): Promise<Map<string, string[]>> => {
  const tables = Object.entries(await choreographies())
  const types = new Set(tables.flatMap(([, table]) => heardBy(table)))
  return new Map(
    [...types].map((type) => [
      type,
      tables
        .filter(([, table]) => heardBy(table).includes(type))
        .map(([name]) => name)
        .sort(),
    ]),
  )
}
