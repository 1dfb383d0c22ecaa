import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { it } from 'node:test'
import { eventually } from '../testing/eventually.ts'
import { relaying } from './relay.ts'

type Confirm = (refused?: Error) => void
type Properties = { messageId: string }

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
  const publish = (_exchange: string, _key: string, _content: Buffer, { messageId }: Properties, confirm: Confirm) => {
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

it('each of many orders that are held is tried again, and once the broker takes them, all are said with one sweep', async ({ mock }) => {
  mock.timers.enable({ apis: ['setInterval'] })
  const outbox = new Map(Array.from({ length: 700 }, (_, id) => [String(id), row(String(id))]))
  const attempts = new Map<string, number>()
  let refuses = true
  const publish = (_exchange: string, _key: string, _content: Buffer, { messageId }: Properties, confirm: Confirm) => {
    attempts.set(messageId, (attempts.get(messageId) ?? 0) + 1)
    setImmediate(confirm, refuses ? new Error('nacked') : undefined)
  }
  const query = async ({ name, values: [those] }: { name: string; values: [string[]] }) => {
    if (name === 'forget') for (const id of those) outbox.delete(id)
    const besides = new Set(those)
    const rows = [...outbox.values()].filter(({ subject }) => !besides.has(subject))
    return { rows: name === 'claim' ? rows.slice(0, 200) : [] }
  }
  const relay = relaying('points', ['points.prized'])
  relay.lead({ query } as never)
  relay.arrive(Object.assign(new EventEmitter(), { publish }) as never)
  try {
    const tried = () => [...attempts.values()].reduce((sum, times) => sum + times, 0)
    await eventually(() => assert.equal(tried(), 700))
    for (const times of [900, 1_100, 1_300, 1_500]) {
      mock.timers.tick(1_000)
      await eventually(() => assert.equal(tried(), times))
    }
    assert.equal(Math.min(...attempts.values()), 2)
    refuses = false
    mock.timers.tick(1_000)
    await eventually(() => assert.equal(outbox.size, 0))
  } finally {
    relay.unlead()
  }
})
