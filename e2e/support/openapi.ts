import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Schema = { readonly [keyword: string]: unknown }
type Parameter = { readonly name: string; readonly in: 'path' | 'query' | 'header'; readonly required: boolean; readonly schema: Schema }
type Content = { readonly content: { readonly [type: string]: { readonly schema: Schema } } }
export type Operation = {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content & { readonly required: boolean }
  readonly responses: { readonly [status: string]: Content }
}
export type Document = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } }
  readonly components: object
}

/** Every operation of a document: `[method, path, operation]`. */
export const operationsIn = ({ paths }: Document): [method: string, path: string, operation: Operation][] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]),
  )

const { default: Ajv } = Ajv2020
const { default: formats } = addFormats

/** Holds answers against a document. Resolves to what is not as it says, or nothing. */
export const judgeBy = (document: Document) => {
  const ajv = formats(new Ajv({ strict: false, allErrors: true }))
  ajv.addSchema({ ...document, $id: 'document' })
  const validators = new Map<Schema, ReturnType<typeof ajv.compile>>()
  const validatorOf = (schema: Schema) => {
    const ready = validators.get(schema) ?? ajv.compile(rooted(schema))
    validators.set(schema, ready)
    return ready
  }

  return async ({ responses }: Operation, response: Response): Promise<string | undefined> => {
    const { status } = response
    const documented = responses[status] ?? responses[`${Math.floor(status / 100)}XX`]
    if (!documented) return `${status} is not documented`
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'nothing'
    const schema = documented.content[type]?.schema
    if (!schema) return `${status} is told as ${type}, not as ${Object.keys(documented.content)}`
    const text = await response.text()
    const check = validatorOf(schema)
    return check(type.endsWith('json') ? JSON.parse(text) : text) ? undefined : `${status}: ${ajv.errorsText(check.errors)}`
  }
}

const rooted = (schema: Schema): Schema => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'))
