import { z } from 'zod'

/** What one service says: event type → schema of its data. */
export type Language = Readonly<Record<string, z.ZodType>>

/** One event as the decisions see it: what happened, and the data of it. */
export type Happening = { readonly type: string; readonly data: { readonly orderId: string } }

/** The discriminated union of a language, or the part of it named by `T`. */
export type EventOf<L, T extends keyof L = keyof L> = {
  [K in T]: { readonly type: K; readonly data: L[K] extends z.ZodType<infer Data> ? Data : never }
}[T]

const contracts = z.registry<{ version: number }>()

/**
 * Declares what `service` says, as a contract of one version. Every event type must begin with the service's own name.
 * Hearers read with these very schemas and pass over what they do not know, so a new optional field is no new version.
 */
export const says = <Service extends string, L extends { [K in keyof L]: K extends `${Service}.${string}` ? z.ZodType : never }>(
  _service: Service,
  language: L,
  version = 1,
): L => {
  for (const schema of Object.values<z.ZodType>(language)) contracts.add(schema, { version })
  return language
}

/** The `dataschema` of an event type: a name for its contract's version, an identifier and not an address. */
export const dataschemaOf = (type: string, schema: z.ZodType) => `urn:pas-de-cinq:${type}:${contracts.get(schema)?.version ?? 1}`
