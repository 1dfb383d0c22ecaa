import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deadLettersOfPoints, ids } from '../testing/dead-letters.ts'
import { withDeadLetters } from './dead-queue.ts'
import { discard } from './redrive.ts'

const tool = fileURLToPath(new URL('../testing/mortal-tool.ts', import.meta.url))

describe('dead letters, and a tool that dies', () => {
  const { vhost, games, start, bury, look, send, counts, dead, discarded } = deadLettersOfPoints()

  for (const [what, points] of Object.entries({
    send: ['before the publish', 'before the confirm', 'after the confirm', 'after the ack'],
    discard: ['before the confirm', 'after the confirm'],
  }))
    for (const point of points)
      it(`outlive the tool that is killed ${point}, ${what === 'send' ? 'sending' : 'discarding'}: nothing is lost, nothing counts twice`, async () => {
        const events = games(30)
        await bury(events)
        const env = { ...process.env, AMQP_URL: vhost().url, POINT: point, DO: what }
        const [, signal] = await once(spawn(process.execPath, [tool], { env, stdio: 'inherit' }), 'exit')
        assert.equal(signal, 'SIGKILL')
        const left = ids(await look())
        if (what === 'send') {
          await send()
          start()
          await counts(30)
        } else {
          const kept = new Set(ids(await discarded()))
          assert.deepEqual(
            ids(events).filter((id) => !kept.has(id) && !left.includes(id)),
            [],
          )
          await withDeadLetters(vhost().url, 'points', (inHand) => discard(inHand, inHand.letters, 'at last'))
          assert.deepEqual(new Set(ids(await discarded())), new Set(ids(events)))
        }
        await dead(0)
      })
})
