import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { application, type Routes } from '@pas-de-cinq/shared/http'

type Problem = { readonly status: number; readonly title: string; readonly errors?: readonly { readonly pointer: string }[] }

/** Routes, answering over HTTP on a free port. */
export const served = async (routes: Routes) => {
  const server = createServer(application(routes))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const get = async <Body = Problem>(path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, body: (await response.json()) as Body }
  }
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { get, stop }
}
