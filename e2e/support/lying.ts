import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { shop } from './shop.ts'

/** A part as it would be if it said something else: what `answer` makes of its answers. */
export const lying = async (part: Parameters<ReturnType<typeof shop>['url']>[0], answer: (path: string, body: never) => unknown) => {
  const server = createServer(async (request, response) => {
    const real = await fetch(shop().url(part, request.url))
    const type = real.headers.get('content-type') ?? ''
    response.writeHead(real.status, { 'content-type': type })
    response.end(type.includes('json') ? JSON.stringify(answer(request.url ?? '', (await real.json()) as never)) : await real.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, at: `${part}=${url}`, [Symbol.dispose]: () => server.close() }
}
