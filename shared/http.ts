import { createRequire } from 'node:module'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Contract } from './contract.ts'
import { isAway, isCanceled, TransactionExpired } from './database-faults.ts'
import { faultOf } from './faults.ts'
import { log } from './log.ts'
import { Problem } from './problem.ts'
import { timed } from './timing.ts'

// Required, not imported: so the instrumentation sees it without a loader hook and its thread.
const express = createRequire(import.meta.url)('express') as typeof import('express')

/** `METHOD /path`, as express reads the path. */
export type Route = `${'GET' | 'POST' | 'DELETE'} /${string}`
/** `METHOD /path` → what answers it. A path that is here with other methods answers 405. */
export type Routes = { readonly [route: Route]: Answer }
/** What answers a request, with what it promises for the OpenAPI document. What it throws becomes a problem (RFC 9457). */
export type Answer = { (request: Request, response: Response): unknown; readonly contract?: Contract }

/** These routes, which answer 503 until the service is `open`: its tables may not be there yet. */
export const opened = (routes: Routes, open: () => boolean): Routes =>
  Object.fromEntries(
    Object.entries(routes).map(([route, answer]) => [
      route,
      Object.assign((request: Request, response: Response) => (open() ? answer(request, response) : databaseAway()), answer),
    ]),
  )

/**
 * An express application that answers `routes`, and everything else with a problem that says what was wrong. JSON bodies up to 100 kB.
 * Every request passes the `gate` before it is read.
 */
export const application = (routes: Routes, gate: RequestHandler = (_request, _response, next) => next()) => {
  const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple')
  const methods = new Map<string, string[]>()
  app.use(timed)
  app.use(gate)
  app.use(express.json({ limit: '100kb', type: () => true, strict: true }))
  for (const [route, answer] of Object.entries(routes)) {
    const [method, path] = route.split(' ') as ['GET' | 'POST' | 'DELETE', string]
    methods.set(path, [...(methods.get(path) ?? []), method])
    const handle: RequestHandler = async (request, response) => void (await answer(request, response))
    app[method.toLowerCase() as 'get' | 'post' | 'delete'](path, handle)
  }
  for (const [path, allowed] of methods)
    app.all(path, ({ method }) => {
      throw new Problem(405, `${method} is not possible here`, { headers: { allow: allowed.join(', ') } })
    })
  app.use(({ path }) => {
    throw new Problem(404, 'There is nothing here', { detail: path })
  })
  app.use(refuse)
  return app
}

const refuse = (error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (response.headersSent) return next(error)
  const { status, title, more } = asProblem(error)
  const { headers, ...members } = more
  if (status === 500) log.error({ ...faultOf(error) }, title)
  response
    .status(status)
    .set(headers ?? {})
    .type('application/problem+json')
  response.send(JSON.stringify({ type: 'about:blank', title, status, ...members }))
}

const away = new Problem(503, 'The database is away for the moment', { headers: { 'retry-after': '2' } })
const tooSlow = new Problem(503, 'The database took too long, and nothing was done', { headers: { 'retry-after': '2' } })
const databaseAway = (): never => {
  throw away
}

const asProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  if (isAway(error)) return away
  if (error instanceof TransactionExpired || isCanceled(error)) return tooSlow
  const { status, type, message } = error as { status?: number; type?: string; message?: string }
  if (status && status < 500) return new Problem(status, titles[type ?? ''] ?? 'The request cannot be read', { detail: message ?? '' })
  return new Problem(500, 'Something went wrong here')
}

const titles: Record<string, string> = {
  'entity.parse.failed': 'The body is not JSON',
  'entity.too.large': 'The body is too large',
  'encoding.unsupported': 'The body cannot be decoded',
  'charset.unsupported': 'The body cannot be decoded',
}
