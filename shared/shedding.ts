import type { Request, Response } from 'express'
import type { Answer, Route, Routes } from './http.ts'
import { Problem } from './problem.ts'

const full = new Problem(503, 'Too much waits to be said; nothing new is begun for the moment', { headers: { 'retry-after': '5' } })

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
