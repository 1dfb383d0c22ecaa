import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { beginningOf, commandOf, isThere } from './processes.ts'
import { claim, readState, release, runningIn, type State, writeState } from './run-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-'))
after(() => rmSync(folder, { recursive: true }))

const mine: State = { supervisor: { pid: process.pid, began: beginningOf(process.pid) }, ready: false, parts: {} }

test('only one can have a run folder, until it is given back', () => {
  assert.equal(claim(folder, mine), true)
  assert.equal(claim(folder, mine), false)
  release(folder)
  assert.equal(claim(folder, mine), true)
})

test('a system runs while its supervisor does, and a later process with the same pid is not taken for it', () => {
  writeState(folder, mine)
  assert.deepEqual(runningIn(folder), mine)
  writeState(folder, { ...mine, supervisor: { pid: process.pid, began: 'long ago' } })
  assert.equal(runningIn(folder), undefined)
  assert.equal(readState(folder)?.supervisor.began, 'long ago')
})

test('a process that is there has a command and a beginning, and one that is not has neither', () => {
  assert.match(commandOf(process.pid), /node/)
  assert.notEqual(beginningOf(process.pid), '')
  const nobody = 2 ** 22 + 1
  assert.deepEqual([isThere(nobody), commandOf(nobody), beginningOf(nobody)], [false, '', ''])
})
