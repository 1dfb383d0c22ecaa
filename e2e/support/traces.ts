import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { expect } from '@playwright/test'
import { choreographies } from '../../infra/choreographies.ts'
import { isAtRest } from '../../infra/demo/dances.ts'

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
export const spansOf = async (traceId: string, from = process.env['E2E_TRACES']): Promise<Span[]> => {
  const response = await fetch(`${from}/api/traces/${traceId}`)
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
    ...{ id: spanID, traceId: traceID, parent: undefined, orphan: false, name: operationName, service, attributes },
    kind: String(attributes['span.kind'] ?? ''),
    failed: attributes['error'] === true,
    message: String(attributes['otel.status_description'] ?? ''),
    events: logs.map(({ fields }) => String(fields.find(({ key }) => key === 'event')?.value)),
    links: references.map(({ traceID: traceId, spanID: spanId }) => ({ traceId, spanId })),
    warnings: warnings ?? [],
  }
}

/**
 * The spans of an order's trace once it is whole: nobody has anything to say any more, and every event published has been processed by each
 * of its hearers.
 */
export const whole = async (traceId: string): Promise<Span[]> => {
  const heardBy = await hearers()
  let spans: Span[] = []
  await expect(async () => {
    spans = await spansOf(traceId)
    const published = spans.filter(({ kind }) => kind === 'producer')
    expect(isAtRest(published.map(({ name }) => name.replace('publish ', '')))).toBe(true)
    expect(spans.filter(({ orphan }) => orphan)).toEqual([])
    for (const { id, name } of published) {
      const processed = spans.filter(({ parent, failed }) => parent?.id === id && !failed).map(({ service }) => service)
      expect(processed.sort(), name).toEqual(heardBy.get(name.replace('publish ', '')) ?? [])
    }
  }).toPass({ timeout: 30_000, intervals: [200] })
  return spans
}

/** The names that the spans of a service have had so far. */
export const operationsOf = async (service: string): Promise<string[]> => {
  const response = await fetch(`${process.env['E2E_TRACES']}/api/services/${service}/operations`)
  return ((await response.json()) as { data: string[] }).data
}

/** The ids of the traces in which a span of `service` has all these attributes. */
export const tracesWith = async (service: string, tags: Readonly<Record<string, string>>): Promise<string[]> => {
  const query = new URLSearchParams({ service, tags: JSON.stringify(tags), limit: '1000', lookback: '1h' })
  const response = await fetch(`${process.env['E2E_TRACES']}/api/traces?${query}`)
  return ((await response.json()) as { data: { traceID: string }[] }).data.map(({ traceID }) => traceID)
}

/** Who has called upon whom in all traces so far, as `service → service`: the edges of Jaeger's System Architecture page. */
export const architecture = async (): Promise<string[]> => {
  const response = await fetch(`${process.env['E2E_TRACES']}/api/dependencies?endTs=${Date.now()}&lookback=${3_600_000}`)
  const { data } = (await response.json()) as { data: { parent: string; child: string }[] }
  return [...new Set(data.map(({ parent, child }) => `${parent} → ${child}`))]
}

/** Who hears whom, by the tables, in the same words. */
export const declaredArchitecture = async (): Promise<string[]> =>
  [...(await hearers())].flatMap(([type, services]) => services.map((service) => `${type.split('.')[0]} → ${service}`))

/** Every way from one event to the next that the tables declare, as `service: event heard → event said`. */
export const declaredEdges = async (): Promise<Set<string>> => {
  const tables = Object.entries(await choreographies())
  return new Set(
    tables.flatMap(([service, { reactions }]) =>
      reactions.flatMap(({ when, says }) => says.map((said) => `${service}: ${when} → ${said}`)),
    ),
  )
}

/** Every way that a trace has taken, in the same words: what a service published, and which of its own spans it came of. */
export const edgesIn = (spans: readonly Span[]): string[] =>
  spans
    .filter(({ kind }) => kind === 'producer')
    .map((span) => `${span.service}: ${span.parent?.name.replace('process ', '')} → ${span.name.replace('publish ', '')}`)

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
