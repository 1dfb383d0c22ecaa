import { z } from 'zod'
import { type Contract, route } from './contract.ts'
import type { Routes } from './http.ts'

type Info = { readonly title: string; readonly version: string }
type Schema = z.core.JSONSchema.BaseSchema

const ProblemDetails = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})

/** These routes, and `GET /openapi.json`, which describes them all; one without a contract is named there, and no more. */
export const documented = (info: Info, routes: Routes): Routes => {
  const answers = { 200: z.looseObject({ openapi: z.string() }) }
  let document: ReturnType<typeof documentOf> | undefined
  const all: Routes = {
    ...routes,
    'GET /openapi.json': route({ summary: 'This document', answers }, (_, response) => {
      document ??= documentOf(info, all)
      response.json(document)
    }),
  }
  return all
}

/**
 * The OpenAPI 3.1 document of `routes`, made of the schemas that check what comes in. What is refused is told as a problem (RFC 9457).
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export const documentOf = (info: Info, routes: Routes) => {
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, { contract }] of Object.entries(routes)) {
    const [method = '', path = ''] = name.split(' ')
    const place = path.replaceAll(/:(\w+)/g, '{$1}')
    paths[place] = { ...paths[place], [method.toLowerCase()]: operationOf(path, contract ?? { summary: name, answers: {} }) }
  }
  return { openapi: '3.1.1', info, paths, components: { schemas: { Problem: jsonSchemaOf(ProblemDetails, 'output') } } }
}

const operationOf = (path: string, { summary, params, query, headers, body, answers, problems = {} }: Contract) => {
  const inPath = params ?? z.object(Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name]) => [name, z.string()])))
  const parameters = [...parametersOf('path', inPath), ...parametersOf('query', query), ...parametersOf('header', headers)]
  const known = {
    ...(query || headers || body ? { 422: 'Some fields are not as they have to be' } : {}),
    ...(params ? { 404: 'There is nothing here' } : {}),
    '4XX': 'The request cannot be read, or is not possible here',
    '5XX': 'The service cannot answer for the moment',
    ...problems,
  }
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !body.safeParse(undefined).success, content: told(jsonSchemaOf(body, 'input')) } }),
    responses: {
      ...mapped(known, (description) => ({ description, content: problem })),
      ...mapped(Object.keys(answers).length > 0 ? answers : { 200: z.unknown() }, (schema) => ({
        description: summary,
        content: told(jsonSchemaOf(schema, 'output')),
      })),
    },
  }
}

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
const told = (schema: Schema) => ({ [schema.type === 'string' ? 'text/plain' : 'application/json']: { schema } })

const parametersOf = (place: 'path' | 'query' | 'header', schema: z.ZodObject = z.object({})) => {
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input')
  return Object.entries(properties).map(([name, schema]) => ({ name, in: place, required: required.includes(name), schema }))
}

const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): Schema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: datesAsText })
  return rest
}

const datesAsText = ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Schema }) => {
  if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
}

const mapped = <T, U>(record: { readonly [key: string]: T }, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
