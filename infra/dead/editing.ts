import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Edited, editedAs, fieldsOf } from '@pas-de-cinq/shared/messaging/edit'

type Fields = Record<string, unknown>

/** The event with `path=value` set: the value is JSON, or else a text. @throws when there is no such place, or the body is no JSON */
export const withSet = (content: Buffer, assignments: readonly string[]): Edited => {
  const event = fieldsOf(content) as Fields | undefined
  if (!event) throw new Error('The body is no JSON: edit it as a whole, without --set.')
  const next = structuredClone(event)
  for (const assignment of assignments) {
    const [, path, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? []
    if (path === undefined || value === undefined) throw new Error(`--set ${assignment}: has to be path=value`)
    const steps = path.split('.')
    const last = steps.pop() as string
    const place = steps.reduce<unknown>((at, step) => (isPlace(at) && Object.hasOwn(at, step) ? at[step] : undefined), next)
    if (!isPlace(place) || last === '__proto__') throw new Error(`--set ${assignment}: there is no ${steps.join('.')} in the event`)
    place[last] = parsed(value)
  }
  return editedAs(content, next, new Date())
}

/** The event as somebody leaves it in their editor, `$VISUAL` or `$EDITOR`. @throws when there is none, it fails, or what it leaves is no JSON */
export const inEditor = (content: Buffer): Edited => {
  const editor = process.env['VISUAL'] || process.env['EDITOR']
  if (!editor) throw new Error('There is no $EDITOR: set it, or say what to change, as in --set data.quantity=2')
  const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-dead-'))
  const file = join(folder, 'event.json')
  try {
    const event = fieldsOf(content)
    writeFileSync(file, event ? `${JSON.stringify(event, null, 2)}\n` : content, { mode: 0o600 })
    const { status } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' })
    if (status !== 0) throw new Error(`${editor} ended with ${status}; nothing was sent.`)
    const after = fieldsOf(readFileSync(file))
    if (!after) throw new Error('What was left is no JSON; nothing was sent.')
    return editedAs(content, after, new Date())
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const isPlace = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
