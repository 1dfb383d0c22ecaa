import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { application, type Routes } from './http.ts'
import { bounded } from './overload.ts'
import { eventually } from './testing/eventually.ts'

describe('a service that is asked too much', () => {
  let slow: { readonly id: string; readonly answer: () => void }[] = []
  const slowly: Routes[`POST /${string}`] = ({ params, path }, response) =>
    new Promise<void>((resolve) => {
      const answer = () => resolve(void response.json({ path }))
      slow.push({ id: String(params['id'] ?? ''), answer })
      response.once('close', () => resolve())
    })
  const quickly: Routes[`GET /${string}`] = (_, response) => response.json({})
  const routes: Routes = { 'GET /health': quickly, 'GET /quick': quickly, 'POST /slow': slowly, 'POST /slow/:id/end': slowly }
  const server = createServer(
    application(routes, bounded({ atOnce: 3, watched: ['GET /health'], spared: ['POST /slow/:id/end'], begin: [], pause: 50 })),
  )
  let asked = 0
  server.on('request', () => asked++)
  const connections = async () => await promisify(server.getConnections.bind(server))()
  const port = () => (server.address() as AddressInfo).port
  const ask = (path: string, method: string) => fetch(`http://127.0.0.1:${port()}${path}`, { method })
  const hasBegun = (many: number) => eventually(() => assert.equal(slow.length, many))
  const answered = () => {
    const all = slow
    slow = []
    for (const { answer } of all) answer()
  }
  /** A request whose body never comes. */
  const halfAsked = async (path: string): Promise<Socket> => {
    const socket = connect(port(), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`POST ${path} HTTP/1.1\r\nhost: here\r\ncontent-length: 10\r\n\r\n{`)
    return socket
  }

  before(() => once(server.listen(0, '127.0.0.1'), 'listening'))
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  it('answers as many at once as it may, 503 to who comes beyond, and everybody again afterwards', async () => {
    const taken = [ask('/slow', 'POST'), ask('/slow', 'POST'), ask('/slow', 'POST')]
    await hasBegun(3)
    for (const beyond of await Promise.all([ask('/quick', 'GET'), ask('/slow', 'POST'), ask('/nothing', 'GET')])) {
      assert.equal(beyond.status, 503)
      assert.equal(beyond.headers.get('retry-after'), '1')
      assert.match(beyond.headers.get('content-type') ?? '', /^application\/problem\+json/)
    }
    answered()
    assert.deepEqual(
      (await Promise.all(taken)).map(({ status }) => status),
      [200, 200, 200],
    )
    assert.equal((await ask('/quick', 'GET')).status, 200)
  })

  it('counts those too whose body has yet to come, and forgets those who have gone', async () => {
    const half = await Promise.all([halfAsked('/slow'), halfAsked('/slow'), halfAsked('/slow')])
    await eventually(async () => assert.equal((await ask('/quick', 'GET')).status, 503))
    for (const socket of half) socket.destroy()
    await eventually(async () => assert.equal((await ask('/quick', 'GET')).status, 200))
  })

  it('refuses nobody on a route that is spared: who comes beyond waits, and is forgotten when he goes; what tells of the service waits for nobody', async () => {
    const others = [ask('/slow', 'POST'), ask('/slow', 'POST'), ask('/slow', 'POST')]
    await hasBegun(3)
    const impatient = new AbortController()
    const taken = ['1', '2', '3'].map((id) => ask(`/slow/${id}/END/`, 'POST'))
    await hasBegun(6)
    const soFar = asked
    const gone = fetch(`http://127.0.0.1:${port()}/slow/4/end`, { method: 'POST', signal: impatient.signal })
    const last = ask('/slow/5/end', 'POST')
    await eventually(() => assert.equal(asked, soFar + 2))
    assert.equal(slow.length, 6)
    assert.equal((await ask('/health', 'GET')).status, 200)
    const before = await connections()
    impatient.abort()
    await assert.rejects(gone)
    await eventually(async () => assert.equal(await connections(), before - 1))
    answered()
    await hasBegun(1)
    assert.equal(slow[0]?.id, '5')
    answered()
    assert.deepEqual(
      (await Promise.all([...others, ...taken, last])).map(({ status }) => status),
      Array(7).fill(200),
    )
  })
})
