import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Part } from './part.ts'
import { isThere } from './processes.ts'
import { supervise } from './supervise.ts'

const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-'))
after(() => rmSync(folder, { recursive: true }))

const part = (script: string, marker: string): Part => ({
  name: 'a part',
  address: {},
  log: join(folder, 'log'),
  stopSignal: 'SIGTERM',
  spawn: () => spawn(process.execPath, ['-e', script, join(folder, marker)], { stdio: 'ignore' }),
  answers: async () => existsSync(join(folder, marker)),
})
const answersAndStays = `require('fs').writeFileSync(process.argv[1], ''); setInterval(() => {}, 1000)`

test('a part that is killed comes back as another process, and is told each time; once stopped it stays away', async () => {
  const pids: (number | undefined)[] = []
  const { promise: back, resolve } = Promise.withResolvers<void>()
  const { up, stop } = supervise(part(answersAndStays, 'stays'), {
    changed: (child) => pids.push(child?.pid),
    answers: (restarts) => restarts === 1 && resolve(),
    say: () => {},
  })
  await up
  process.kill(pids[0] as number, 'SIGKILL')
  await back
  await stop(5_000)
  const [first, gone, second, stopped] = pids
  assert.deepEqual([gone, stopped, pids.length], [undefined, undefined, 4])
  assert.notEqual(first, second)
  assert.equal(isThere(second as number), false)
})

test('a part that ends three times before it answers is given up, with the reason', async () => {
  const said: string[] = []
  const { up, stop } = supervise(part('process.exit(3)', 'never'), { changed: () => {}, answers: () => {}, say: (line) => said.push(line) })
  await assert.rejects(up, /a part ended with exit code 3, 3 times/)
  assert.deepEqual(said, ['ended with exit code 3; it is started again in 0.2 s', 'ended with exit code 3; it is started again in 0.4 s'])
  await stop(5_000)
})

test('a part that does not heed its signal is killed in the end', async () => {
  const deaf = `process.on('SIGTERM', () => {}); ${answersAndStays}`
  let pid = 0
  const { up, stop } = supervise(part(deaf, 'deaf'), { changed: (child) => (pid = child?.pid ?? pid), answers: () => {}, say: () => {} })
  await up
  await stop(200)
  assert.equal(isThere(pid), false)
})
