import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { broker } from './support/broker.ts'
import { environment } from './support/commands.ts'
import { poisoned, withBrokenTotal } from './support/poison.ts'
import { problemOf, shop } from './support/shop.ts'
import { said } from './support/system.ts'
import { spansOf } from './support/traces.ts'

const { ended } = shop()
const { manage } = broker()

type Letter = { event: { data: object } }
type Kept = { discarded: object[] }

test.afterEach(() => manage('DELETE', 'queues/%2F/payment.dead/contents'))

test('over HTTP there is what the commands do, for programs and pages of this machine alone', async () => {
  const { orderId, traceId, totalCents, eventId } = await withBrokenTotal()
  const server = spawn(process.execPath, ['infra/dead.ts', 'serve', '--port', '0'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const [, at = ''] = /dead letters at (http:\S+)\/dead-letters/.exec(await said(server, /dead letters at http.*\n/)) ?? []
    const post = (path: string, body: object, headers = {}) =>
      fetch(at + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
    const read = async (path: string) => (await (await fetch(at + path)).json()) as Letter & Kept
    const list = await read('/dead-letters')
    expect(list).toMatchObject({ count: 1, groups: [{ service: 'payment', count: 1, letters: [{ id: eventId, orderId, traceId }] }] })
    const letter = await read(`/dead-letters/payment/${eventId}`)
    expect(letter).toMatchObject({ attempts: 1, event: { id: eventId, data: { totalCents: 'lots' } } })

    const edit = (event: object) => post(`/dead-letters/payment/${eventId}/edit`, { event })
    expect(await problemOf(await edit({ ...letter.event, id: randomUUID() }))).toMatchObject({ status: 422 })
    expect(await problemOf(await fetch(`${at}/dead-letters/payment/${randomUUID()}`))).toMatchObject({ status: 404 })
    expect(await problemOf(await post('/dead-letters/discard', { all: true }))).toMatchObject({ status: 422 })
    const elsewhere = { origin: 'https://example.org' }
    expect(await problemOf(await post('/dead-letters/send', { all: true }, elsewhere))).toMatchObject({ status: 403 })
    expect(await problemOf(await post('/dead-letters/send', { all: true }, { 'content-type': 'text/plain' }))).toMatchObject({
      status: 415,
    })

    const sent = await edit({ ...letter.event, data: { ...letter.event.data, totalCents } })
    expect(await sent.json()).toMatchObject({ done: [{ id: eventId }], doubted: [], absent: [] })
    expect(await ended(orderId)).toMatchObject({ status: 'completed' })

    await poisoned('payment', 'no JSON', { message_id: eventId, type: 'order.placed' })
    const discarded = await post('/dead-letters/discard', { services: ['payment'], ids: [eventId], reason: 'a trial' })
    expect(await discarded.json()).toMatchObject({ done: [{ id: eventId }] })
    expect((await read('/discarded-letters')).discarded.at(-1)).toMatchObject({ id: eventId, why: 'discarded: a trial' })
  } finally {
    server.kill()
  }
  const names = async () => (await spansOf(traceId)).filter(({ service }) => service === 'dead-letters').map(({ name }) => name)
  await expect.poll(names).toEqual(['redrive order.placed'])
})
