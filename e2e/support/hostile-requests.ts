import fc from 'fast-check'
import { fitting, odd, spoiled } from './arbitraries.ts'
import { type Document, type Operation, operationsIn } from './openapi.ts'

export type HostileRequest = {
  readonly kind: string
  readonly method: string
  readonly path: string
  readonly operation?: Operation
  /** what the path names: an order that there is, by its place among them, or something else */
  readonly id: number | string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'idempotency-key',
    'traceparent',
    'tracestate',
    'accept',
    'x-http-method-override',
    'x-forwarded-for',
    'cookie',
    'range',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/xml',
      'application/json; charset=utf-16',
      'application/json; charset=klingon',
      'gzip',
      'br',
      'zip',
      '*/*',
      '00-0-0-01',
      'bytes=0-',
      '__proto__',
    ),
    fc.stringMatching(/^[!-~\u00a1-\u00ff]{0,300}$/),
  ),
  { noNullPrototype: true },
)
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(
    '{"customer":',
    '',
    'null',
    `${'['.repeat(49_000)}${']'.repeat(49_000)}`,
    `"${'x'.repeat(200_000)}"`,
    '\ufeff{}',
    '{"__proto__":{"a":1}}',
  ),
  odd.map((value) => JSON.stringify(value) ?? ''),
)
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('..', '__proto__', "' or 1=1", 'a'.repeat(7_000), '\u0000'),
)

/** A request as a document has it, or with something in it as no document has it. */
export const hostileRequests = (document: Document): fc.Arbitrary<HostileRequest> =>
  fc.constantFrom(...operationsIn(document).filter(([, path]) => path !== '/metrics')).chain(([method, path, operation]) => {
    const { parameters = [], requestBody } = operation
    const known = path.includes('{') ? fc.nat(1_000) : fc.constant(0)
    const query = fc.record(
      Object.fromEntries(
        parameters.flatMap(({ name, in: place, schema }) => (place === 'query' ? [[name, fitting(schema).map(String)]] : [])),
      ),
      { noNullPrototype: true },
    )
    const schema = requestBody?.content['application/json']?.schema
    const body = schema ? fitting(schema) : fc.constant(undefined)
    const json = (value: fc.Arbitrary<unknown>) => (schema ? value.map((value) => JSON.stringify(value)) : fc.constant(undefined))
    const usual = {
      method: fc.constant(method),
      path: fc.constant(path),
      operation: fc.constant(operation),
      id: known,
      query,
      headers: fc.constant({}),
      body: json(body),
    }
    const kind = (name: string, other: object) =>
      fc.record({ ...usual, ...other, kind: fc.constant(name) }) as unknown as fc.Arbitrary<HostileRequest>
    return fc.oneof(
      kind('as documented', {}),
      kind('another body', { body: json(spoiled(body)) }),
      kind('odd bytes', { body: method === 'GET' ? fc.constant(undefined) : bytes }),
      kind('odd headers', { headers }),
      kind('odd query', {
        query: fc.dictionary(fc.oneof(fc.constantFrom('limit', 'after', 'orderId'), words), words, { maxKeys: 4, noNullPrototype: true }),
      }),
      kind('odd path', { id: words, path: fc.constant(path.includes('{') ? path : `${path}/{id}`) }),
      kind('another method', { method: fc.constantFrom('PUT', 'PATCH', 'DELETE', 'OPTIONS'), operation: fc.constant(undefined) }),
    )
  })
