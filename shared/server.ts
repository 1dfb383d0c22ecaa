import { createServer, type RequestListener } from 'node:http'

const patience = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 } // who sends slowly takes up room
const longestRequest = 2_000

/** A server that listens until it is stopped. */
export type HttpServer = {
  /** resolves once it listens. @throws when it cannot */
  readonly listen: (host: string, port: number) => Promise<void>
  /** takes no more connections, and gives what is under way 2 s */
  readonly stop: () => Promise<void>
}

/** An HTTP server that has no patience with those who take more than 10 s to send a request. */
export const serving = (application: RequestListener): HttpServer => {
  const server = createServer(patience, application)
  server.keepAliveTimeout = 65_000
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ port, host, backlog: 4_096 }, resolve)
      }),
    stop: () =>
      new Promise((resolve) => {
        setTimeout(resolve, longestRequest)
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
