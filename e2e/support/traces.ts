import { expect } from '@playwright/test'
import { choreographies } from '../../infra/choreographies.ts'
import { hearers, lackingIn, type Span, spansOf as spansAt } from '../../infra/traces.ts'
import { services } from './services.ts'

export { hearers, type Span }

/** The spans of a trace, as Jaeger, or what stands in for it, tells them now. */
export const spansOf = (traceId: string, from = process.env['E2E_TRACES'] ?? '') => spansAt(traceId, from)

/** The spans of an order's trace once it lacks nothing. */
export const whole = async (traceId: string): Promise<Span[]> => {
  const heardBy = await hearers()
  let spans: Span[] = []
  await expect(async () => {
    spans = await spansOf(traceId)
    expect(lackingIn(spans, heardBy)).toBeUndefined()
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
const declaredEdges = async (): Promise<Set<string>> => {
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

/** An order's trace in which everything hangs together: one root, no orphan, nothing but what the tables declare, each hearing linked to what it has heard. */
export const sound = async (spans: readonly Span[]): Promise<void> => {
  const declared = await declaredEdges()
  expect(spans.filter(({ parent }) => !parent).map(({ name }) => name)).toEqual(['POST /orders'])
  expect(spans.filter(({ orphan }) => orphan)).toEqual([])
  expect(spans.flatMap(({ warnings }) => warnings)).toEqual([])
  expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual(services.toSorted())
  expect(edgesIn(spans).filter((edge) => !declared.has(edge))).toEqual([])
  for (const { kind, parent, links } of spans) if (kind === 'consumer') expect(links.map(({ spanId }) => spanId)).toContain(parent?.id)
}
