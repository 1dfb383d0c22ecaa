import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Letter, letterBox } from './letters.ts'

const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-'))
after(() => rmSync(folder, { recursive: true }))

const letter = (id: string): Letter => ({
  id,
  from: [],
  to: [],
  subject: `letter ${id}`,
  date: '',
  time: '',
  text: 'x'.repeat(100),
  html: '',
  headers: {},
  messageId: `<${id}>`,
})
const ids = (letters: string[]) => letters.map((json) => JSON.parse(json).id)

test('only the last letters are kept, by number and by size', () => {
  const few = letterBox({ keep: 2, characters: 10_000, folder: undefined })
  const small = letterBox({ keep: 10, characters: 700, folder: undefined })
  for (const id of ['1', '2', '3', '4']) for (const box of [few, small]) box.add(letter(id))
  assert.deepEqual(ids(few.all()), ['3', '4'])
  assert.equal(few.one('1'), undefined)
  assert.ok(small.all().length < 4 && small.all().join('').length <= 700)
})

test('letters outlive the process, but for one that it was killed while writing', () => {
  const box = letterBox({ keep: 3, characters: 10_000, folder })
  for (const id of ['1', '2', '3', '4', '5', '6']) box.add(letter(id))
  appendFileSync(join(folder, 'letters.jsonl'), '{"id":"7","subje')
  const later = letterBox({ keep: 3, characters: 10_000, folder })
  assert.deepEqual(ids(later.all()), ['4', '5', '6'])
  later.clear()
  assert.deepEqual(letterBox({ keep: 3, characters: 10_000, folder }).all(), [])
})
