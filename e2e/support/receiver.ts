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
  status?: { code?: number }
}
type Export = { resourceSpans: { resource: { attributes: Attributes }; scopeSpans: { spans: OtlpSpan[] }[] }[] }

const kinds = ['', 'internal', 'server', 'client', 'producer', 'consumer']
const tagOf = ({ key, value }: Attributes[number]) => ({
  key,
  value: value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
})

/**
 * Stands in for Jaeger where none can be had: takes spans by OTLP/HTTP JSON, and answers the two questions of Jaeger's API that the tests ask.
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
  const answer = (path: string) => {
    const [, , what, name = ''] = path.split('/')
    if (what === 'traces') return traces.has(name) ? { data: [asJaeger(traces.get(name) ?? [])] } : undefined
    return { data: [...new Set([...traces.values()].flat().flatMap(({ service, span }) => (service === name ? [span.name] : [])))] }
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      take(JSON.parse(String(await bodyOf(request))))
      return response.end('{}')
    }
    const found = answer(request.url ?? '')
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}

const bodyOf = async (request: IncomingMessage) => {
  const body = Buffer.concat(await request.toArray())
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

const asJaeger = (spans: readonly { service: string; span: OtlpSpan }[]) => ({
  processes: Object.fromEntries(spans.map(({ service }) => [service, { serviceName: service }])),
  spans: spans.map(({ service, span }) => ({
    ...{ spanID: span.spanId, traceID: span.traceId, operationName: span.name, processID: service, warnings: null },
    references: [
      ...(span.parentSpanId ? [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }] : []),
      ...(span.links ?? []).map(({ traceId, spanId }) => ({ refType: 'FOLLOWS_FROM', traceID: traceId, spanID: spanId })),
    ],
    tags: [
      { key: 'span.kind', value: kinds[span.kind] },
      ...(span.status?.code === 2 ? [{ key: 'error', value: true }] : []),
      ...(span.attributes ?? []).map(tagOf),
    ],
  })),
})
