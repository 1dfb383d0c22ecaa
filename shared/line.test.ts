import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { application, type Routes } from './http.ts'
import { inLine, inTheirTime } from './line.ts'
import { bounded } from './overload.ts'
import { eventually } from './testing/eventually.ts'

/** A service that has room for six, and begins two at a time. */
const roomForSix = async ({ calm = 0, pause = 50 }) => {
  const begun: (() => void)[] = []
  const routes: Routes = {
    'GET /quick': (_, response) => response.json({}),
    'POST /orders': (_, response) => new Promise<void>((resolve) => begun.push(() => resolve(void response.json({})))),
  }
  const server = createServer(application(routes, bounded({ atOnce: 6, spared: [], begin: ['POST /orders'], begun: 2, calm, pause })))
  let come = 0
  server.on('request', () => come++)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  servers.push(server)
  const ask = async (method: string, path: string) =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method })).status
  const place = (statuses: number[]) => ask('POST', '/orders').then((status) => void statuses.push(status))
  const end = () => {
    for (const one of begun.splice(0)) one()
  }
  return {
    ask,
    /** asks so many times at once; the statuses come in as they are answered */
    asked: (many: number) => {
      const statuses: number[] = []
      const all = Promise.all(Array.from({ length: many }, () => place(statuses))).then(() => statuses)
      return { statuses, all }
    },
    hasBegun: (many: number) => eventually(() => assert.equal(begun.length, many)),
    /** that so many requests have come, be they answered or not */
    haveCome: (many: number) => eventually(() => assert.equal(come, many)),
    end,
  }
}
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('a service that is asked to begin too much', () => {
  it('begins some at a time, has the others wait in line, and answers what begins nothing meanwhile', async () => {
    const { ask, asked, hasBegun, haveCome, end } = await roomForSix({})
    const { all } = asked(5)
    await haveCome(5)
    await hasBegun(2)
    assert.equal(await ask('GET', '/quick'), 200)
    for (const next of [2, 1]) {
      end()
      await hasBegun(next)
    }
    end()
    assert.deepEqual(await all, Array(5).fill(200))
  })

  it('refuses who comes beyond, with all who stand in line, and has nobody stand there until it is calm', async () => {
    const { asked, hasBegun, end } = await roomForSix({ calm: 60_000 })
    const { statuses, all } = asked(7)
    await eventually(() => assert.deepEqual(statuses, Array(5).fill(503)))
    assert.deepEqual(await asked(2).all, [503, 503])
    end()
    assert.deepEqual((await all).slice(5), [200, 200])
    const two = asked(2)
    await hasBegun(2)
    end()
    assert.deepEqual(await two.all, [200, 200])
  })

  it('has them stand in line again once it is calm', async () => {
    const { asked, hasBegun, haveCome, end } = await roomForSix({ calm: 1 })
    const { statuses, all } = asked(7)
    await eventually(() => assert.deepEqual(statuses, Array(5).fill(503)))
    const third = asked(1)
    await haveCome(8)
    end()
    await hasBegun(1)
    end()
    assert.deepEqual([...(await all).slice(5), ...(await third.all)], [200, 200, 200])
  })
  it('tells of a refusal when somebody else has been answered, one by one', async () => {
    const { asked, hasBegun, haveCome, end } = await roomForSix({ calm: 60_000, pause: 600_000 })
    const { statuses, all } = asked(8)
    await haveCome(8)
    end()
    await eventually(() => assert.equal(statuses.length, 4))
    assert.deepEqual(statuses.toSorted(), [200, 200, 503, 503])
    for (let left = 4; left > 0; left--) {
      const one = asked(1)
      await hasBegun(1)
      end()
      assert.deepEqual(await one.all, [200])
    }
    assert.deepEqual((await all).slice(4), [503, 503, 503, 503])
  })
})

describe('a line', () => {
  it('lets each have its turn in its own context, whoever made room', async () => {
    const [line, context, seen] = [inLine(1), new AsyncLocalStorage<string>(), new Map<string, unknown>()]
    const ends = new Map<string, () => void>()
    for (const who of ['first', 'second'])
      context.run(who, () => {
        const ended = new Promise<void>((resolve) => ends.set(who, resolve))
        line.enter({ begin: () => seen.set(who, context.getStore()), refuse: () => {} }, ended)
      })
    ends.get('first')?.()
    await eventually(() => assert.deepEqual(Object.fromEntries(seen), { first: 'first', second: 'second' }))
  })
  it('tells each of its refusal in its own context, whoever was answered before', () => {
    const [refusals, context, seen] = [inTheirTime(60_000), new AsyncLocalStorage<string>(), [] as unknown[]]
    const ended = Promise.withResolvers<void>().promise
    for (const who of ['first', 'second']) context.run(who, () => refusals.add(() => void seen.push(context.getStore()), ended))
    context.run('somebody else', () => [refusals.next(), refusals.next(), refusals.next()])
    assert.deepEqual(seen, ['first', 'second'])
  })
})
