import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { it } from 'node:test'
import { eventually } from '../testing/eventually.ts'
import { relaying } from './relay.ts'

const row = (eventId: string = randomUUID()) => ({
  id: eventId,
  eventId,
  subject: eventId,
  type: 'points.prized',
  traceparent: null,
  tracestate: null,
  body: '{}',
  at: new Date(),
})

it('what was just committed is sent beside a backlog without end', async () => {
  const published: string[] = []
  const publish = (_exchange: string, _key: string, _content: Buffer, { messageId }: { messageId: string }, confirm: () => void) => {
    published.push(messageId)
    setImmediate(confirm)
  }
  const query = async ({ name }: { name: string }) => ({ rows: name === 'claim' ? Array.from({ length: 200 }, () => row()) : [] })
  const relay = relaying('points', ['points.prized'])
  relay.lead({ query } as never)
  relay.arrive(Object.assign(new EventEmitter(), { publish }) as never)
  try {
    await eventually(() => assert.ok(published.length > 400))
    relay.send([{ ...row('fresh'), after: [] }])
    await eventually(() => assert.ok(published.includes('fresh')))
  } finally {
    relay.unlead()
  }
})
