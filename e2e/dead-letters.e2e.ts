import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { audited } from './support/audit.ts'
import { broker } from './support/broker.ts'
import { told } from './support/commands.ts'
import { poisoned, withBrokenTotal } from './support/poison.ts'
import { shop } from './support/shop.ts'
import { spansOf } from './support/traces.ts'

const { ended } = shop()
const { manage, waiting } = broker()
const dead = (words: readonly string[], more: NodeJS.ProcessEnv = {}) => told('dead', words, more)

test.afterEach(async () => {
  for (const service of ['payment', 'email']) await manage('DELETE', `queues/%2F/${service}.dead/contents`)
})

test('a poisoned event is found, shown, and does not come through as it is; edited, it does, and its order is completed', async () => {
  const { orderId, traceId, totalCents, eventId } = await withBrokenTotal()
  const list = await dead([])
  expect(list.output).toContain('payment: 1  Unprocessable: the data does not fit: totalCents')
  expect(list.output).toContain(`${eventId}  order.placed  of order ${orderId}`)
  expect(list.output).toContain('1 dead letters')

  const { output } = await dead(['show', eventId])
  expect(output).toMatch(new RegExp(`trace +http://\\S+/trace/${traceId}`))
  for (const part of ['"totalCents": "lots"', 'attempt 1: Unprocessable', 'history', 'stack']) expect(output).toContain(part)

  expect((await dead(['send', 'payment', '--cause', 'data does not fit'])).output).toContain('1 sent again: 1 of payment')
  await expect(async () => expect((await dead(['show', eventId])).output).toMatch(/sent again\n.*attempt 1/)).toPass()

  const total = `data.totalCents=${totalCents}`
  expect(await dead(['edit', eventId, '--set', `${total}.5`])).toMatchObject({ code: 1, output: expect.stringContaining('does not fit') })
  expect(await dead(['edit', eventId, '--set', 'type=order.cancelled'])).toMatchObject({
    code: 1,
    output: expect.stringContaining('type cannot be edited'),
  })
  const edit = await dead(['edit', eventId, '--set', total])
  expect(edit).toMatchObject({ code: 0, output: expect.stringContaining('edited (data.totalCents) and sent again') })
  expect(await ended(orderId)).toMatchObject({ status: 'completed' })
  await audited(shop(), [orderId])
  expect((await dead([])).output).toContain('There are no dead letters.')
  expect((await dead(['discarded'])).output).toMatch(new RegExp(`payment  order.placed  ${eventId}  edited: data.totalCents`))

  const spans = await spansOf(traceId)
  const redrives = spans.filter(({ service }) => service === 'dead-letters')
  expect(redrives.map(({ name, attributes }) => [name, attributes['event.edited']])).toEqual(
    expect.arrayContaining([
      ['redrive order.placed', undefined],
      ['redrive order.placed', 'data.totalCents'],
    ]),
  )
  expect(redrives, 'looking leaves no spans').toHaveLength(2)
})

test('in an editor as well, whatever the body is', async () => {
  const { orderId, totalCents, eventId } = await withBrokenTotal()
  expect(await dead(['edit', eventId], { EDITOR: 'false' })).toMatchObject({ code: 1, output: expect.stringContaining('nothing was sent') })
  expect(await dead(['edit', eventId], { EDITOR: 'true' })).toMatchObject({
    code: 1,
    output: expect.stringContaining('nothing was changed'),
  })
  const edit = await dead(['edit', 'payment', eventId], { EDITOR: `sed -i 's/"lots"/${totalCents}/'` })
  expect(edit.output).toContain('edited (data.totalCents) and sent again')
  expect(await ended(orderId)).toMatchObject({ status: 'completed' })
})

test('what is of no use is discarded with a reason, and kept with it; a terminal is not moved by what somebody has written', async () => {
  const id = randomUUID()
  await poisoned('email', 'no \u001b[31mJSON', { message_id: id, type: 'order.placed', correlation_id: '\u001b[2J' })
  await poisoned('payment', 'no JSON', { message_id: id, type: 'order.placed' })
  for (const words of [[], ['show', id]]) expect((await dead(words)).output).not.toContain('\u001b')
  expect((await dead(['edit', id, '--set', 'data.x=1'])).output).toContain('It is dead in email and payment: name one of them')
  expect(await dead(['discard', 'email', id, '--reason', 'a trial'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('1 discarded: 1 of email'),
  })
  expect((await dead(['discarded'])).output).toMatch(new RegExp(`email .*${id}  discarded: a trial`))
  expect([await waiting('email.dead'), await waiting('payment.dead')]).toEqual([0, 1])
})

test('a command that is not understood says what there is; one that finds nothing says so', async () => {
  for (const words of [['send'], ['discard', '--all'], ['show'], ['nonsense'], ['--nonsense'], ['send', '--all', 'x']])
    expect(await dead(words), words.join(' ')).toMatchObject({ code: 2, output: expect.stringContaining('npm run dead -- show') })
  for (const does of ['show', 'send'])
    expect(await dead([does, randomUUID()])).toMatchObject({ code: 1, output: expect.stringContaining('There is no dead letter') })
})
