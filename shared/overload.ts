import type { Request, RequestHandler, Response } from 'express'
import pLimit from 'p-limit'
import type { Route } from './http.ts'
import { inLine, inTheirTime } from './line.ts'
import { Problem } from './problem.ts'

const busy = new Problem(503, 'Too much is asked for the moment', { headers: { 'retry-after': '1' } })

type Bounds = {
  /** how many requests may be in */
  readonly atOnce: number
  /** routes that tell of the service, and wait for nobody */
  readonly watched?: readonly Route[]
  /** routes that refuse nobody: as many of theirs again may be in, and who comes beyond waits */
  readonly spared: readonly Route[]
  /** routes that begin something new, of which so many are begun at a time */
  readonly begin: readonly Route[]
  readonly begun?: number
  /** for how many milliseconds nobody must have been refused, until others stand in line again */
  readonly calm?: number
  /** how many milliseconds at most who is refused waits to be told */
  readonly pause?: number
}

const quicklyAnswered = 6

/**
 * Lets `atOnce` requests in, and answers 503 to who comes beyond, before anything of a body is read. Of those that begin something new 16 are
 * under way at a time, and the others wait in line; but from the first refusal on, until there has been none for 2 s, it is 6, and nobody stands
 * in line: who is taken then is answered about as soon as ever. A refusal is told when somebody else has been answered, or after 5 s: so who comes
 * again at once, each time, takes little from the others, however many they are.
 */
export const bounded = ({ atOnce, watched = [], spared, begin, begun = 16, calm = 2_000, pause = 5_000 }: Bounds): RequestHandler => {
  const [isWatched, isSpared, isNew] = [oneOf(watched), oneOf(spared), oneOf(begin)]
  const inTurn = pLimit(atOnce)
  const line = inLine(begun)
  const few = Math.min(begun, quicklyAnswered)
  const refusals = inTheirTime(pause)
  const inside = new Set<Response>()
  let calmFrom = 0
  return (request, response, next) => {
    if (isWatched(request)) return next()
    const ended = new Promise<void>((resolve) => response.once('close', resolve))
    const refuse = () => {
      inside.delete(response)
      calmFrom = performance.now() + calm
      refusals.add(() => next(busy), ended)
    }
    const answer = () => {
      next()
      return ended
    }
    if (isSpared(request)) return void inTurn(async () => void (response.closed || (await answer())))
    if (inside.size >= atOnce) {
      line.refuse()
      return refuse()
    }
    if (isNew(request) && line.underWay() >= few && performance.now() < calmFrom) return refuse()
    inside.add(response)
    void ended.then(() => inside.delete(response) && refusals.next())
    if (isNew(request)) line.enter({ begin: next, refuse }, ended)
    else next()
  }
}

const oneOf = (routes: readonly Route[]) => {
  const patterns = routes.map((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i'))
  return ({ method, path }: Request) => patterns.some((pattern) => pattern.test(`${method} ${path}`))
}
