import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, suite, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { z } from 'zod'
import { route } from './contract.ts'
import { application, opened, type Routes } from './http.ts'
import { documented, documentOf } from './openapi.ts'

const Dance = z.object({ id: z.uuid(), beats: z.int().min(1).max(8), at: z.date() })
const routes: Routes = {
  'GET /dances': (_, response) => response.json([]),
  'GET /dances/:id': route(
    { summary: 'A dance', params: z.object({ id: z.uuid() }), answers: { 200: Dance }, problems: { 410: 'The dance is over' } },
    ({ params: { id } }, response) => response.json({ id, beats: 3, at: new Date(0) }),
  ),
  'POST /dances': route(
    {
      summary: 'Begins a dance',
      query: z.object({ tempo: z.string().default('90') }),
      headers: z.object({ 'x-shoes': z.string().min(2).optional() }),
      body: z.object({ name: z.string().trim().max(9), beats: z.string().transform(Number).optional() }),
      answers: { 202: z.object({ name: z.string() }) },
    },
    ({ body: { name }, query: { tempo }, headers }, response) =>
      response.status(202).json({ name: `${name} at ${tempo} in ${headers['x-shoes'] ?? 'socks'}` }),
  ),
  'POST /dances/:id/bow': (_, response) => response.json({}),
}
const info = { title: 'dances', version: '1.0.0' }

suite('an OpenAPI document', () => {
  const document = documentOf(info, routes)

  test('is one by the OpenAPI 3.1 schema', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    assert.ok(valid, JSON.stringify(errors))
  })

  test('has every route, those without a contract too, with what their paths name', () => {
    const named = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    )
    assert.deepEqual(named, ['get /dances', 'post /dances', 'get /dances/{id}', 'post /dances/{id}/bow'])
    assert.partialDeepStrictEqual(document.paths['/dances/{id}/bow'], {
      post: { parameters: [{ name: 'id', in: 'path', required: true }] },
    })
  })

  test('says what has to come in before it is transformed, and what goes out as JSON', () => {
    const post = document.paths['/dances']?.['post']
    const schema = { properties: { name: { type: 'string', maxLength: 9 }, beats: { type: 'string' } }, required: ['name'] }
    assert.partialDeepStrictEqual(post, {
      parameters: [
        { name: 'tempo', in: 'query', required: false },
        { name: 'x-shoes', in: 'header', required: false, schema: { minLength: 2 } },
      ],
      requestBody: { required: true, content: { 'application/json': { schema } } },
    })
    const at = { properties: { at: { type: 'string', format: 'date-time' } } }
    assert.partialDeepStrictEqual(document.paths['/dances/{id}'], {
      get: { responses: { 200: { content: { 'application/json': { schema: at } } } } },
    })
  })

  test('tells of problems, each route’s own among them', () => {
    const get = document.paths['/dances/{id}']?.['get']
    const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
    assert.partialDeepStrictEqual(get, {
      responses: { 404: { content }, 410: { description: 'The dance is over', content }, '4XX': {}, '5XX': {} },
    })
    assert.ok(document.components.schemas.Problem.properties?.['title'])
  })
})

suite('a route with a contract', async () => {
  let open = true
  const server = createServer(
    application(
      documented(
        info,
        opened(routes, () => open),
      ),
    ),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => void server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' }, ...init })
    return { status: response.status, body: (await response.json()) as { errors?: { pointer: string }[] } }
  }
  const begin = (body: unknown, headers = {}, query = '') => ask(`/dances${query}`, { method: 'POST', body: JSON.stringify(body), headers })

  test('gets what its schemas made of the request', async () => {
    assert.deepEqual(await begin({ name: ' tango ' }), { status: 202, body: { name: 'tango at 90 in socks' } })
    const said = await begin({ name: 'waltz' }, { 'X-Shoes': 'heels' }, '?tempo=60')
    assert.deepEqual(said.body, { name: 'waltz at 60 in heels' })
  })

  test('refuses what they refuse, and says where', async () => {
    for (const [answer, pointer] of [
      [await begin({ name: 5 }), '#/name'],
      [await begin({ name: 'x' }, { 'x-shoes': 'a' }), 'header/x-shoes'],
      [await begin({ name: 'x' }, {}, '?tempo=1&tempo=2'), '?/tempo'],
    ] as const)
      assert.deepEqual([answer.status, answer.body.errors?.map((error) => error.pointer)], [422, [pointer]])
  })

  test('is not there when its path does not fit', async () => {
    assert.equal((await ask('/dances/x')).status, 404)
  })

  test('is described under /openapi.json, open or not', async () => {
    open = false
    const { status, body } = await ask('/openapi.json')
    open = true
    assert.equal(status, 200)
    assert.partialDeepStrictEqual(body, { openapi: '3.1.1', info, paths: { '/openapi.json': {}, ...documentOf(info, routes).paths } })
  })
})
