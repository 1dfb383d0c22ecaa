import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import type { OrderEvent } from '@pas-de-cinq/order/events'
import { Unreachable } from '@pas-de-cinq/shared/circuit'
import { databaseAt } from '@pas-de-cinq/shared/database'
import { isAway } from '@pas-de-cinq/shared/database-faults'
import { Unprocessable } from '@pas-de-cinq/shared/messaging/envelope'
import { freshDatabase } from '../../infra/testing/database.ts'
import { mailServer, refusal } from '../../infra/testing/mail-server.ts'
import type { Correspondence, Occasion } from './decisions.ts'
import { PrismaClient } from './generated/client.ts'
import { NotTaken, smtp } from './smtp.ts'

const owing = (...due: Occasion[]): Correspondence => ({ to: { name: 'Ada', email: 'ada@example.org' }, due, sent: [] })
const completed = (orderId: string): OrderEvent => ({ type: 'order.completed', data: { orderId } })

const open = (url: string) => databaseAt(url, (options) => new PrismaClient(options))

suite('the post over SMTP', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let server: Awaited<ReturnType<typeof mailServer>>
  let opened: ReturnType<typeof open>
  let post: ReturnType<typeof smtp>

  before(async () => {
    database = await freshDatabase(['services/email'])
    opened = open(database.url)
  })
  after(async () => {
    await opened.db.$disconnect()
    await database.drop()
  })
  beforeEach(async () => {
    server = await mailServer()
    post = smtp(opened.transact, server.url)
  })
  afterEach(async () => {
    await post.stop()
    await server.close()
  })
  const sent = () => server.mails.map(({ messageId }) => messageId)
  const recorded = async (orderId: string) => {
    const letters = await opened.db.letter.findMany({ where: { orderId, sentAt: { not: null } }, orderBy: { sentAt: 'asc' } })
    return letters.map(({ occasion, to }) => `${occasion} to ${to}`)
  }

  test('sends what is due, in order, and records it', async () => {
    const orderId = randomUUID()
    assert.deepEqual(await post.deliver(completed(orderId), owing('placed', 'completed')), ['placed', 'completed'])
    assert.deepEqual(sent(), [`<${orderId}.placed@pas-de-cinq.example>`, `<${orderId}.completed@pas-de-cinq.example>`])
    assert.deepEqual(server.mails[0]?.to, [{ name: 'Ada', address: 'ada@example.org' }])
    assert.match(server.mails[0]?.text ?? '', /^Dear Ada,/)
    assert.deepEqual(await recorded(orderId), ['placed to ada@example.org', 'completed to ada@example.org'])
  })

  test('sends nothing while the address is not known', async () => {
    assert.deepEqual(await post.deliver(completed(randomUUID()), { due: ['completed'], sent: [] }), [])
    assert.deepEqual(sent(), [])
  })

  test('sends one mail when asked twice, and says both times that it has gone', async () => {
    const orderId = randomUUID()
    await post.deliver(completed(orderId), owing('completed'))
    assert.deepEqual(await post.deliver(completed(orderId), owing('completed')), ['completed'])
    assert.equal(server.mails.length, 1)
  })

  test('sends one mail when two instances are asked at once', async () => {
    const orderId = randomUUID()
    const { db, transact } = open(database.url)
    const other = smtp(transact, server.url)
    const asked = Array.from({ length: 10 }, (_, i) => (i % 2 ? post : other).deliver(completed(orderId), owing('completed')))
    for (const delivered of await Promise.all(asked)) assert.deepEqual(delivered, ['completed'])
    assert.equal(server.mails.length, 1)
    await other.stop()
    await db.$disconnect()
  })

  test('gives up on a recipient whom the server refuses for good, and does not tell the address', async () => {
    const orderId = randomUUID()
    server.answer({ onRcptTo: ({ address }, _session, done) => done(refusal(550, `nobody is called ${address}`)) })
    const expected = new Unprocessable('the mail server refuses the recipient for good: 550 at RCPT TO')
    await assert.rejects(post.deliver(completed(orderId), owing('completed')), expected)
    assert.deepEqual(await recorded(orderId), [])
  })

  for (const hook of ['onMailFrom', 'onRcptTo'] as const)
    test(`tries again what was refused for now (${hook})`, async () => {
      const orderId = randomUUID()
      server.answer({ [hook]: (_address: unknown, _session: unknown, done: (error: Error) => void) => done(refusal(451, 'later')) })
      await assert.rejects(post.deliver(completed(orderId), owing('completed')), NotTaken)
      assert.deepEqual(await recorded(orderId), [])
      server.answer({})
      await post.deliver(completed(orderId), owing('completed'))
      assert.deepEqual(sent(), [`<${orderId}.completed@pas-de-cinq.example>`])
    })

  test('sends nothing for who no longer waits for it', async () => {
    const orderId = randomUUID()
    const waiting = new AbortController()
    server.answer({ onRcptTo: () => waiting.abort(new Error('too late')) })
    await assert.rejects(post.deliver(completed(orderId), owing('placed', 'completed'), waiting.signal))
    await assert.rejects(post.deliver(completed(orderId), owing('completed'), waiting.signal), /too late/)
    assert.deepEqual(sent(), [])
  })

  test('does not wait for ever on a server that says nothing, and sends the letter once it speaks again', async () => {
    const impatient = smtp(opened.transact, server.url, 3_000)
    const orderId = randomUUID()
    server.answer({ onRcptTo: () => {} })
    await assert.rejects(impatient.deliver(completed(orderId), owing('completed')), NotTaken)
    server.answer({})
    await impatient.deliver(completed(orderId), owing('completed'))
    assert.equal(server.mails.length, 1)
    await impatient.stop()
  })

  test('fails while the server is away, which is no fault of the database, and goes on when it is back', async () => {
    const orderId = randomUUID()
    await post.deliver(completed(orderId), owing('placed'))
    await server.close()
    await assert.rejects(post.deliver(completed(orderId), owing('completed')), (error) => error instanceof Unreachable && !isAway(error))
    await server.open()
    await post.deliver(completed(orderId), owing('completed'))
    assert.equal(server.mails.length, 2)
  })

  test('takes a server that lets it connect, and then says nothing at all, for one that is away', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const impatient = smtp(opened.transact, `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, 600)
    await assert.rejects(impatient.deliver(completed(randomUUID()), owing('completed')), Unreachable)
    await impatient.stop()
    silent.close()
  })

  test('has two letters on their way at a time, and no more', async () => {
    let underway = 0
    const seen: number[] = []
    const slowly = (done: () => void) => {
      seen.push(++underway)
      setTimeout(() => {
        underway--
        done()
      }, 20)
    }
    server.answer({ onRcptTo: (_address, _session, done) => slowly(done) })
    await Promise.all(Array.from({ length: 12 }, () => post.deliver(completed(randomUUID()), owing('completed'))))
    assert.deepEqual([server.mails.length, Math.max(...seen)], [12, 2])
  })

  test('lets no name write a header', async () => {
    const name = 'Eve"\r\nBcc: all@example.org\r\n\r\n <eve@example.org>, Zoë'
    await post.deliver(completed(randomUUID()), { ...owing('placed'), to: { name, email: 'eve@example.org' } })
    const [mail] = server.mails
    assert.deepEqual(
      mail?.to?.map(({ address }) => address),
      ['eve@example.org'],
    )
    assert.deepEqual(
      mail?.headers.filter(({ key }) => key === 'bcc'),
      [],
    )
  })
})
