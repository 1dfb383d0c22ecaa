import fc from 'fast-check'

type Schema = { readonly [keyword: string]: unknown }

const longest = 40

/** What fits a JSON Schema, as far as its keywords are those that zod writes. */
export const fitting = (schema: Schema): fc.Arbitrary<unknown> => {
  const { enum: values, items = {}, properties = {}, required = [], format, pattern } = schema as { [keyword: string]: never }
  const { minLength = 0, maxLength = longest, minItems = 0, maxItems = 5, minimum, maximum } = schema as { [keyword: string]: number }
  const least = {
    ...(minimum !== undefined && { min: Math.max(minimum, -(2 ** 31)) }),
    ...(maximum !== undefined && { max: Math.min(maximum, 2 ** 31 - 1) }),
  }
  if ('const' in schema) return fc.constant(schema['const'])
  if (values) return fc.constantFrom(...(values as unknown[]))
  switch (schema['type']) {
    case 'object':
      return fc.record(mapped(properties, fitting), { requiredKeys: required as never[], noNullPrototype: true })
    case 'array':
      return fc.array(fitting(items), { minLength: minItems, maxLength: Math.min(maxItems, 5) })
    case 'integer':
      return fc.integer(least)
    case 'boolean':
      return fc.boolean()
    case 'string':
      if (format === 'uuid') return fc.uuid()
      if (format === 'email') return fc.emailAddress()
      return textLike(pattern, minLength, Math.min(maxLength, longest))
    default:
      return fc.jsonValue()
  }
}

const textLike = (pattern: string | undefined, minLength: number, maxLength: number) => {
  if (pattern && !pattern.includes('\\p')) return fc.stringMatching(new RegExp(pattern))
  const text = fc.string({ unit: 'grapheme', minLength, maxLength })
  return pattern ? text.filter((words) => new RegExp(pattern, 'u').test(words)) : text
}

/** What hardly anything fits. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0.5, 1e308, 2 ** 53, '', ' ', '\u0000', '\ud800', 'x'.repeat(5_000), '__proto__', [], {}, [[]]),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
)

/** A value with one of its fields, at whatever depth, made odd or taken away. */
export const spoiled = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(value, fc.nat(), fc.option(odd, { nil: undefined })).map(([value, which, by]) => {
    const copy = structuredClone(value)
    const places = placesIn(copy)
    const place = places[which % Math.max(1, places.length)]
    if (!place) return by
    if (by === undefined && !Array.isArray(place.of)) delete place.of[place.key]
    else place.of[place.key] = by ?? null
    return copy
  })

type Place = { readonly of: { [key: string]: unknown }; readonly key: string }
const placesIn = (value: unknown): Place[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => [{ of: value as Place['of'], key }, ...placesIn(child)])
    : []

const mapped = <T, U>(record: { readonly [key: string]: T }, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
