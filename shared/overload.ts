import type { Request, RequestHandler, Response } from 'express'
import pLimit from 'p-limit'
import type { Answer, Route, Routes } from './http.ts'
import { Problem } from './problem.ts'

const busy = new Problem(503, 'Too much is asked for the moment', { headers: { 'retry-after': '1' } })
const full = new Problem(503, 'Too much waits to be said; nothing new is begun for the moment', { headers: { 'retry-after': '5' } })

/**
 * Lets `atOnce` requests be under way, and answers 503 to who comes beyond, before anything of a body is read. The routes that are `spared`
 * refuse nobody: as many of theirs again may be under way, and who comes beyond waits.
 */
export const bounded = (atOnce: number, spared: readonly Route[]): RequestHandler => {
  const isSpared = oneOf(spared)
  const inTurn = pLimit(atOnce)
  let underWay = 0
  return (request, response, next) => {
    const ended = new Promise<void>((resolve) => response.once('close', resolve))
    const begin = () => {
      next()
      return ended
    }
    if (isSpared(request)) return void inTurn(async () => void (response.closed || (await begin())))
    if (underWay >= atOnce) throw busy
    underWay++
    void begin().then(() => underWay--)
  }
}

const oneOf = (routes: readonly Route[]) => {
  const patterns = routes.map((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i'))
  return ({ method, path }: Request) => patterns.some((pattern) => pattern.test(`${method} ${path}`))
}

/** These routes, of which those that `begin` something new answer 503 while the outbox `isFull`. What ends something is always taken. */
export const shedding = (routes: Routes, begin: readonly Route[], isFull: () => boolean): Routes => {
  const unlessFull = (answer: Answer): Answer =>
    Object.assign((request: Request, response: Response) => (isFull() ? refuse() : answer(request, response)), answer)
  return Object.fromEntries(
    Object.entries(routes).map(([route, answer]) => [route, begin.includes(route as Route) ? unlessFull(answer) : answer]),
  )
}

const refuse = (): never => {
  throw full
}
