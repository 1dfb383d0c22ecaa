import { expect, test } from '@playwright/test'
import amqp from 'amqplib'
import { choreographies } from '../infra/choreographies.ts'
import { passwordOf } from '../infra/passwords.ts'
import { broker } from './support/broker.ts'
import { reasonAt } from './support/dead-letters.ts'
import { forged } from './support/forged.ts'
import { type Attempt, brokerUrlAs, guestAt } from './support/rights.ts'
import { shop } from './support/shop.ts'
import { partsIn } from './support/system.ts'

const tables = await choreographies()
const services = Object.keys(tables)
const saidBy = (service: string) => Object.keys(tables[service]?.says ?? {}).sort()
const heardBy = (service: string) => tables[service]?.reactions.map(({ when }) => when) ?? []
const { manage } = broker()

/** Each of these is refused to each service that `attemptsOf` has attempts for. */
const areRefused = async (attemptsOf: (service: string) => Record<string, Attempt>) => {
  for (const service of services) {
    await using guest = await guestAt(service)
    for (const [what, attempt] of Object.entries(attemptsOf(service)))
      expect(await guest.answerTo(attempt), `${service}: ${what}`).toMatch(/ACCESS_REFUSED|PRECONDITION_FAILED - user_id property/)
  }
}

test('the rights that the broker knows of are those of the tables: its own events, its own queue, nothing to configure', async () => {
  type Named = { name: string; user: string; exchange: string; tags: unknown; configure: string; write: string; read: string }
  const named = (what: string) => manage<Named[]>('GET', what)
  const exchanges = (await named('exchanges')).map(({ name }) => name || 'amq.default')
  const queues = (await named('queues')).map(({ name }) => name)
  const users = await named('users')
  expect(users.map(({ name }) => name).sort()).toEqual(['admin', ...services].sort())
  for (const service of services) {
    const only = (all: Named[]) => {
      const own = all.filter(({ user, name }) => (user ?? name) === service)
      expect(own, service).toHaveLength(1)
      return own[0] as Named
    }
    const rights = only(await named('permissions'))
    const topics = only(await named('topic-permissions'))
    const granted = (pattern: string, names: string[]) => names.filter((name) => new RegExp(pattern).test(name)).sort()
    expect(only(users).tags, service).toHaveLength(0)
    expect(granted(rights.configure, [...exchanges, ...queues, service, `${service}.another`, 'another']), service).toEqual([])
    expect(granted(rights.write, exchanges), service).toEqual([`${service}.own`, 'events'].sort())
    expect(granted(rights.write, queues), service).toEqual([])
    expect(granted(rights.read, queues), service).toEqual([service])
    expect(granted(rights.read, exchanges), service).toEqual([])
    expect(topics.exchange, service).toBe('events')
    expect(granted(topics.write, services.flatMap(saidBy)), service).toEqual(saidBy(service))
  }
})

test('another’s event cannot be said: not by its key, in its name, straight to a queue, or through any exchange', async () => {
  const { orderId } = await shop().place()
  const { content, properties } = forged(orderId)
  await areRefused((service) => {
    const another = service === 'order' ? 'payment' : 'order'
    const key = `${saidBy(another)[0]}`
    return {
      'its key': (channel) => channel.publish('events', key, content, properties),
      'no key': (channel) => channel.publish('events', '', content, properties),
      'a pattern': (channel) => channel.publish('events', '#', content, properties),
      'its name': (channel) => channel.publish('events', `${saidBy(service)[0]}`, content, { ...properties, userId: another }),
      'a queue': (channel) => channel.sendToQueue(another, content, properties),
      'its exchange': (channel) => channel.publish(`${another}.own`, another, content, properties),
      'what was discarded': (channel) => channel.sendToQueue('dead.discarded', content, properties),
      'its own exchange bound to all': (channel) => channel.bindExchange('events', `${service}.own`, key),
      'the mark bound to all': (channel) => channel.bindExchange('events', 'topology.whole', key),
    }
  })
  expect(await shop().ended(orderId)).toMatchObject({ status: 'completed' })
})

test('an event that is copied to another’s key is refused by the broker, or by each who hears it', async () => {
  const { orderId } = await shop().place()
  await shop().ended(orderId)
  const hearers = services.filter((service) => heardBy(service).includes('order.cancelled'))
  await using email = await guestAt('email')
  for (const header of ['CC', 'BCC']) {
    const { content, properties } = forged(orderId)
    const answer = await email.answerTo((channel) =>
      channel.publish('events', 'email.sent', content, { ...properties, [header]: ['order.cancelled'] }),
    )
    if (answer) expect(answer).toContain('ACCESS_REFUSED')
    else for (const hearer of hearers) expect(await reasonAt(hearer), hearer).toContain('order.cancelled was said as email.sent')
  }
  expect(await shop().order(orderId)).toMatchObject({ status: 'completed' })
  expect(await shop().payment(orderId)).toMatchObject({ status: 'approved' })
  expect(await shop().shipment(orderId)).toMatchObject({ status: 'dispatched' })
})

test('another’s queue and dead letters, and the memory of all that was said and discarded, can be neither read nor emptied', async () => {
  await areRefused((service) => {
    const others = services.filter((name) => name !== service).flatMap((name) => [name, `${name}.dead`])
    const attempts = [...others, `${service}.dead`, 'events.log', 'dead.discarded'].flatMap((queue): [string, Attempt][] => [
      [`get ${queue}`, (channel) => channel.get(queue)],
      [`consume ${queue}`, async (channel) => channel.prefetch(1).then(() => channel.consume(queue, () => {}))],
      [`purge ${queue}`, (channel) => channel.purgeQueue(queue)],
      [`delete ${queue}`, (channel) => channel.deleteQueue(queue)],
    ])
    return Object.fromEntries(attempts)
  })
})

test('nothing can be declared, bound or deleted, not even a queue whose dead letters would be another’s events', async () => {
  const trap = { deadLetterExchange: 'events', deadLetterRoutingKey: 'order.cancelled', messageTtl: 1 }
  const before = await manage('GET', 'bindings/%2F')
  await areRefused((service) => {
    const traps = ['', 'trap', service, `${service}.trap`, `${service}.dead`, `${service}.retry.500`]
    return {
      ...Object.fromEntries(traps.map((name): [string, Attempt] => [`queue ${name}`, (channel) => channel.assertQueue(name, trap)])),
      'an exchange': (channel) => channel.assertExchange(`${service}.trap`, 'fanout', { alternateExchange: 'events' }),
      'its exchange anew': (channel) => channel.assertExchange(`${service}.own`, 'direct'),
      'a binding of its queue': (channel) => channel.bindQueue(service, 'events', '#'),
      'a binding of its exchange': (channel) => channel.bindExchange(`${service}.own`, 'events', '#'),
      'its binding away': (channel) => channel.unbindQueue(service, 'events', `${heardBy(service)[0]}`),
      'its queue away': (channel) => channel.deleteQueue(service),
      'the exchange away': (channel) => channel.deleteExchange('events'),
      'the mark away': (channel) => channel.deleteExchange('topology.whole'),
    }
  })
  expect(await manage('GET', 'bindings/%2F')).toEqual(before)
})

test('no service may manage the broker; nobody comes in with a wrong password, and there is no guest', async () => {
  const { origin } = new URL(partsIn().rabbitmq.management ?? '')
  const policy = { pattern: '.*', definition: { 'dead-letter-exchange': 'events' }, 'apply-to': 'queues' }
  for (const service of services) {
    const headers = { authorization: `Basic ${btoa(`${service}:${passwordOf(service)}`)}`, 'content-type': 'application/json' }
    const statusOf = async (path: string, options = {}) => (await fetch(`${origin}/api/${path}`, { headers, ...options })).status
    for (const path of ['overview', 'definitions', 'users', 'queues']) expect(await statusOf(path), `${service}: ${path}`).toBe(401)
    expect(await statusOf(`policies/%2F/${service}`, { method: 'PUT', body: JSON.stringify(policy) }), service).toBe(401)
  }
  for (const user of [...services, 'admin', 'guest'])
    await expect(amqp.connect(brokerUrlAs(user, user === 'guest' ? 'guest' : 'wrong')), user).rejects.toThrow(/ACCESS.REFUSED/)
})
