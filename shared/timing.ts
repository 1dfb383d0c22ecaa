import type { RequestHandler } from 'express'
import { histogram } from './metrics.ts'

const took = histogram('http.server.request.duration', 'Duration of HTTP server requests.')

/** Times each request, reading too, by method, route and status; what no route takes has no route. */
export const timed: RequestHandler = (request, response, next) => {
  const began = performance.now()
  response.once('close', () => {
    const route = request.route?.path as string | undefined
    took((performance.now() - began) / 1_000, {
      'http.request.method': request.method,
      'url.scheme': 'http',
      'http.response.status_code': response.statusCode,
      ...(route && { 'http.route': route }),
    })
  })
  next()
}
