import type { z } from 'zod'

type More = { readonly detail?: string; readonly errors?: readonly Fault[]; readonly headers?: Readonly<Record<string, string>> }
type Fault = { readonly pointer: string; readonly detail: string }

/** An answer by RFC 9457, `application/problem+json`. Throw it from a route; what it says is shown to the caller. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly title: string
  readonly more: More
  constructor(status: number, title: string, more: More = {}) {
    super(title)
    this.status = status
    this.title = title
    this.more = more
  }
}

/** What `schema` makes of `value`. @throws Problem 422 with one entry per wrong field, by JSON Pointer (RFC 6901). */
export const valid = <T>(schema: z.ZodType<T>, value: unknown, where = '#'): T => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues.map(({ path, message }) => ({ pointer: [where, ...path.map(escaped)].join('/'), detail: message }))
  throw new Problem(422, 'Some fields are not as they have to be', { errors })
}

const escaped = (step: PropertyKey) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')
