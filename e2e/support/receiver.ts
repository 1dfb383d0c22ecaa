import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

type Value = { stringValue?: string; intValue?: string | number; boolValue?: boolean; doubleValue?: number }
type Attributes = { key: string; value: Value }[]
type OtlpSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes?: Attributes
  links?: { traceId: string; spanId: string; attributes?: Attributes }[]
  status?: { code?: number; message?: string }
  events?: { name: string; attributes?: Attributes }[]
}
type Export = { resourceSpans: { resource: { attributes: Attributes }; scopeSpans: { spans: OtlpSpan[] }[] }[] }

const kinds = ['', 'internal', 'server', 'client', 'producer', 'consumer']
const tagOf = ({ key, value }: Attributes[number]) => ({
  key,
  value: value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
})

/**
 * Stands in for Jaeger where none can be had: takes spans by OTLP/HTTP JSON, and answers the questions of Jaeger's API that the tests ask.
 */
export const otlpReceiver = async () => {
  const traces = new Map<string, { service: string; span: OtlpSpan }[]>()
  const take = ({ resourceSpans }: Export) => {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), { service, span }])
    }
  }
  const answer = ({ pathname, searchParams }: URL) => {
    const [, , what, name = ''] = pathname.split('/')
    if (what === 'dependencies') return { data: dependenciesIn([...traces.values()]) }
    if (what === 'traces' && !name) return { data: found(JSON.parse(searchParams.get('tags') ?? '{}')) }
    if (what === 'traces') return traces.has(name) ? { data: [asJaeger(name, traces.get(name) ?? [])] } : undefined
    return { data: [...new Set([...traces.values()].flat().flatMap(({ service, span }) => (service === name ? [span.name] : [])))] }
  }
  const found = (tags: Record<string, string>) =>
    [...traces].map(([id, spans]) => asJaeger(id, spans)).filter(({ spans }) => spans.some((span) => hasAll(span.tags, tags)))
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      take(JSON.parse(String(await bodyOf(request))))
      return response.end('{}')
    }
    const found = answer(new URL(request.url ?? '', 'http://receiver'))
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}

const bodyOf = async (request: IncomingMessage) => {
  const body = Buffer.concat(await request.toArray())
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

type Kept = readonly { readonly service: string; readonly span: OtlpSpan }[]

const hasAll = (tags: readonly { key: string; value: unknown }[], wanted: Record<string, string>) =>
  Object.entries(wanted).every(([key, value]) => tags.some((tag) => tag.key === key && String(tag.value) === value))

const dependenciesIn = (traces: readonly Kept[]) =>
  traces.flatMap((spans) => {
    const serviceOf = new Map(spans.map(({ service, span }) => [span.spanId, service]))
    return spans.flatMap(({ service: child, span }) => {
      const parent = serviceOf.get(span.parentSpanId ?? '')
      return parent ? [{ parent, child }] : []
    })
  })

const asJaeger = (traceID: string, spans: Kept) => ({
  traceID,
  processes: Object.fromEntries(spans.map(({ service }) => [service, { serviceName: service }])),
  spans: spans.map(({ service, span }) => ({
    spanID: span.spanId,
    traceID: span.traceId,
    operationName: span.name,
    processID: service,
    warnings: null,
    references: [
      ...(span.parentSpanId ? [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }] : []),
      ...(span.links ?? []).map(({ traceId, spanId }) => ({ refType: 'FOLLOWS_FROM', traceID: traceId, spanID: spanId })),
    ],
    tags: [
      { key: 'span.kind', value: kinds[span.kind] },
      ...(span.status?.code === 2 ? [{ key: 'error', value: true }] : []),
      ...(span.status?.message ? [{ key: 'otel.status_description', value: span.status.message }] : []),
      ...(span.attributes ?? []).map(tagOf),
    ],
    logs: (span.events ?? []).map(({ name, attributes = [] }) => ({ fields: [{ key: 'event', value: name }, ...attributes.map(tagOf)] })),
  })),
})
