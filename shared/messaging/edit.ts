import { isDeepStrictEqual } from 'node:util'
import { Unprocessable } from './envelope.ts'

/** The body of a dead letter as it is to be sent instead, and what of it is another. */
export type Edited = { readonly content: Buffer; readonly what: string }

type Fields = Readonly<Record<string, unknown>>

const editable = ['data', 'dataschema', 'time']

/**
 * The event as edited, marked as such: `edited` names what was changed, by this edit and those before, `editedtime` when. What the event is, and
 * of whom, stays as it was: only `data`, `dataschema` and `time` may be others. @throws Unprocessable when more was changed, or nothing
 */
export const editedAs = (before: Buffer, after: Fields, now: Date): Edited => {
  const was = fieldsOf(before)
  const { edited: earlier, ...old } = was ?? {}
  const { edited: _, editedtime: __, ...event } = after
  const changed = was ? changes(withoutTime(old), event) : ['all of it']
  const forbidden = was ? changed.filter((path) => !editable.includes(path.split('.')[0] ?? '')) : []
  if (forbidden.length > 0) throw new Unprocessable(`${forbidden.join(', ')} cannot be edited: it would be another event`)
  if (changed.length === 0) throw new Unprocessable('nothing was changed')
  const what = [...new Set([...(typeof earlier === 'string' ? earlier.split(', ') : []), ...changed])].join(', ')
  return { what, content: Buffer.from(JSON.stringify({ ...event, edited: what, editedtime: now.toISOString() })) }
}

/** The body as JSON, if it is an object of it. */
export const fieldsOf = (body: Buffer): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isObject(value) && !Array.isArray(value) ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

const withoutTime = ({ editedtime: _, ...fields }: Fields) => fields

/** The paths at which two values differ, as deep as both are objects or lists. */
const changes = (a: unknown, b: unknown, path = ''): string[] => {
  if (isDeepStrictEqual(a, b)) return []
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return [path]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    changes((a as Fields)[key], (b as Fields)[key], path ? `${path}.${key}` : key),
  )
}
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
