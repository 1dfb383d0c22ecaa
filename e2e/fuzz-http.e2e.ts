import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { meanwhile, parameters, tally } from './support/fuzz.ts'
import { type HostileRequest, hostileRequests } from './support/hostile-requests.ts'
import { type Document, judgeBy } from './support/openapi.ts'
import { services } from './support/services.ts'
import { type Placed, shop } from './support/shop.ts'

const { url, read, place } = shop()

test('whatever comes over HTTP is answered as it is documented, never by a 5xx; orders go their way', async () => {
  const { count, print } = tally()
  const accepted: string[] = []
  const known = [(await place()).orderId, '00000000-0000-0000-0000-000000000000']
  const send = async (service: (typeof services)[number], { path, id, query, method, headers, body }: HostileRequest) => {
    const named = path.replace(/\{\w+\}/, encodeURIComponent(typeof id === 'number' ? String(known[id % known.length]) : id.toWellFormed()))
    const asked = new URLSearchParams(Object.entries(query)).toString()
    const sold = typeof body === 'string' ? body.replaceAll('"last-chance"', '"tea"') : body // five of it are for another test
    return fetch(url(service, named + (asked && `?${asked}`)), { method, headers, ...(sold !== undefined && { body: sold as string }) })
  }
  await meanwhile(async () => {
    for (const service of services) {
      const document = await read<Document>(service, '/openapi.json')
      const judge = judgeBy(document)
      const runs = Math.ceil(parameters.numRuns / (service === 'order' ? 1 : 5))
      const property = fc.asyncProperty(hostileRequests(document), async (request) => {
        const response = await send(service, request)
        count(request.kind, `${Math.floor(response.status / 100)}xx`)
        if (response.status === 202 && request.path === '/orders') accepted.push(((await response.clone().json()) as Placed).orderId)
        expect(response.status).toBeLessThan(500)
        if (request.operation) expect(await judge(request.operation, response)).toBeUndefined()
        else await response.arrayBuffer()
      })
      await fc.assert(property, { ...parameters, numRuns: runs }).finally(() => service === 'email' && print('HTTP'))
    }
    return accepted
  })
})
