import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import amqp from 'amqplib'
import { deadLettersOfPoints, ids } from '../testing/dead-letters.ts'
import { eventually } from '../testing/eventually.ts'
import { points, won } from '../testing/toy.ts'
import { chosen, type DeadLetter, grouped } from './dead-letters.ts'
import { withDeadLetters } from './dead-queue.ts'
import { editedAs, fieldsOf } from './edit.ts'
import { type Event, readEvent } from './envelope.ts'
import { discard } from './redrive.ts'

describe('dead letters, on RabbitMQ and PostgreSQL', () => {
  const { vhost, games, start, put, bury, look, send, total, counts, dead, discarded } = deadLettersOfPoints()

  it('are looked at thirty times, each with reason and history, and stay where they are, in their order', async () => {
    const events = games(5)
    start(() => {
      throw new Error('no luck')
    })
    await put('events', 'game.won', events)
    await dead(5)
    const first = await look()
    for (let i = 0; i < 30; i++) assert.deepEqual(ids(await look()), ids(first))
    assert.deepEqual(ids(first).sort(), ids(events).sort())
    const [letter] = first as [DeadLetter]
    assert.deepEqual([letter.reason, letter.attempts, letter.service], ['Error: no luck', 2, 'points'])
    assert.match(letter.history.join('\n'), /^\S+Z attempt 1: Error: no luck\n\S+Z attempt 2: Error: no luck$/)
    assert.match(letter.stack, /dead-letters\.int\.test/)
    assert.ok(Date.now() - Number(letter.diedAt) < 60_000)
  })

  it('are thousands: no more are taken in hand than asked for, the oldest, and all are sent again in pieces', async () => {
    const events = games(3_000)
    await bury(events)
    const oldest = await withDeadLetters(vhost().url, 'points', async ({ letters, beyond }) => ({ letters, beyond }), 1_000)
    assert.deepEqual(ids(oldest.letters), ids(events.slice(0, 1_000)))
    assert.equal(oldest.beyond, 2_000)
    start()
    await Promise.all([send(), send()])
    await counts(3_000)
    await dead(0)
  })

  it('are grouped by cause, whatever ids and numbers their reasons hold; one, or those of a cause, are sent, and the others stay', async () => {
    const [one, ...many] = games(4)
    const other = won()
    for (const [i, event] of many.entries()) await bury([event], `Error: order ${event.subject} is ${i} cents short`)
    await bury([one as Event, other], 'Unprocessable: the data does not fit')
    assert.deepEqual(
      grouped(await look()).map(({ service, cause, letters }) => [service, cause, letters.length]),
      [
        ['points', 'Error: order … is … cents short', 3],
        ['points', 'Unprocessable: the data does not fit', 2],
      ],
    )
    start()
    assert.deepEqual(ids((await send({ ids: [], cause: 'order … is … cents short' })).sent), ids(many))
    await counts(3)
    assert.deepEqual(ids((await send({ ids: [(one as Event).id] })).sent), [one?.id])
    await counts(4)
    assert.deepEqual(ids(await look()), [other.id])
    assert.deepEqual(ids((await send({ ids: [] })).sent), [])
  })

  it('are sent again by one that fails again, and their history tells all of it', async () => {
    let failing = true
    const event = won()
    start(() => {
      if (failing) throw new Error('not yet')
    })
    await put('events', 'game.won', [event])
    await dead(1)
    await send()
    const attempts = ['attempt 1: Error: not yet', 'attempt 2: Error: not yet']
    await eventually(async () => {
      const [letter] = await look()
      assert.deepEqual(
        letter?.history.map((line) => line.replace(/^\S+Z /, '')),
        [...attempts, 'sent again', ...attempts],
      )
    })
    failing = false
    await send()
    await counts(1)
  })

  it('are in one hand at a time: five who send all at once send each once, and who looks meanwhile waits and sees what is left', async () => {
    const events = games(500)
    await bury(events)
    const [a, seen, ...others] = await Promise.all([send(), look(), send(), send(), send(), send()])
    const sent = [a, ...others].flatMap(({ sent }) => ids(sent))
    assert.equal(sent.length, 500)
    assert.equal(new Set(sent).size, 500)
    assert.ok(seen.length === 0 || seen.length === 500)
    assert.equal(await vhost().count('points'), 500)
  })

  it('are edited and sent, marked in the envelope, by the same id; what it was is kept', async () => {
    const good = won()
    const bad = { ...good, data: { orderId: 7 } }
    start()
    await put('events', 'game.won', [bad])
    await dead(1)
    const [letter] = (await look()) as [DeadLetter]
    const before = letter.message.content
    const edited = editedAs(before, { ...fieldsOf(before), data: good.data }, new Date())
    const marked = readEvent(edited.content, points.hears)
    assert.deepEqual([marked.id, marked.edited], [good.id, 'data.orderId'])
    assert.ok(Date.now() - Date.parse(String(marked.editedtime)) < 60_000)
    await send({ ids: [good.id] }, { edited: new Map([[good.id, edited]]) })
    await counts(1)
    await dead(0)
    assert.deepEqual(await discarded(), [{ id: good.id, why: 'edited: data.orderId', body: JSON.stringify(bad) }])
  })

  it('are discarded with a reason, and kept with it', async () => {
    const [event, other] = games(2) as [Event, Event]
    await bury([event, other])
    await withDeadLetters(vhost().url, 'points', (inHand) => discard(inHand, chosen(inHand.letters, { ids: [event.id] }), 'a trial'))
    assert.deepEqual(await discarded(), [{ id: event.id, why: 'discarded: a trial', body: JSON.stringify(event) }])
    assert.deepEqual(ids(await look()), [other.id])
  })

  it('stay, when nobody takes what becomes of them', async () => {
    await bury(games(1))
    await vhost().channel.deleteQueue('dead.discarded')
    const thrown = withDeadLetters(vhost().url, 'points', (inHand) => discard(inHand, inHand.letters, 'a trial'))
    await assert.rejects(thrown, /no queue takes dead\.discarded/)
    await vhost().channel.unbindQueue('points', 'points.own', 'points')
    await assert.rejects(send(), /no queue takes points/)
    await dead(1)
  })

  /** Lets the broker give up what waits in the queue of `points`: each delivery ends with its channel. */
  const givenUp = async (expected: number) => {
    const connection = await amqp.connect(vhost().url)
    for (let i = 0; i < 110; i++) {
      const channel = await connection.createChannel()
      for (let j = 0; j < expected; j++) await channel.get('points')
      await channel.close()
    }
    await connection.close()
    await dead(expected)
  }

  it('that the broker gave up come through when sent again, though they have to be tried again', async () => {
    const event = won()
    await put('events', 'game.won', [event])
    await givenUp(1)
    assert.equal((await look())[0]?.reason, 'the broker gave it up: delivery_limit')
    let failing = 1
    start(() => {
      if (failing-- > 0) throw new Error('not yet')
    })
    assert.deepEqual((await send()).doubted, [])
    await counts(1)
    await dead(0)
  })

  it('that the broker gave up are not washed clean by that: what was said by another is refused, whatever its headers say', async () => {
    const forged = won()
    const death = { queue: 'points', reason: 'delivery_limit', exchange: 'events', 'routing-keys': ['game.won'], count: 0 }
    await put('events', 'points.prized', [forged], { CC: ['game.won'], 'x-said-as': 'game.won', 'x-death': [death], 'x-history': ['none'] })
    await givenUp(1)
    start()
    await send()
    await eventually(async () => assert.match((await look())[0]?.reason ?? '', /game\.won was said as points\.prized/))
    assert.equal(await total(), 0)
  })

  it('stay in doubt, when events.log does not tell who said them, or the inbox may have forgotten them, until somebody vouches', async () => {
    const unlogged = won()
    await put('points.own', 'points', [unlogged])
    await givenUp(1)
    const old = won()
    const headers = { 'x-reason': 'Error: no luck', 'x-died-at': new Date(Date.now() - 30 * 86_400_000).toISOString() }
    await put('points.own', 'points.dead', [old], headers)
    start()
    const { sent, doubted } = await send()
    assert.deepEqual(sent, [])
    assert.deepEqual(
      doubted.map(([{ id }, doubt]) => [id, doubt]),
      [
        [unlogged.id, 'the broker gave it up, and events.log no longer tells who said it'],
        [old.id, 'it died longer ago than the inbox remembers: it may have been done'],
      ],
    )
    await dead(2)
    await send(undefined, { vouched: true })
    await counts(2)
    await dead(0)
  })

  it('without an id, or with a body that is no JSON, are shown and sent like any other', async () => {
    vhost().channel.publish('points.own', 'points.dead', Buffer.from('{"half'), { headers: { 'x-reason': 'Unprocessable: no JSON' } })
    await vhost().channel.waitForConfirms()
    const [letter] = await look()
    assert.match(letter?.id ?? '', /^body-[0-9a-f]{12}$/)
    start()
    await send({ ids: [letter?.id ?? ''] })
    await eventually(async () => assert.match((await look())[0]?.reason ?? '', /the body is not JSON/))
  })
})
