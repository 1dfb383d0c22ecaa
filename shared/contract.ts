import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Answer } from './http.ts'
import { Problem, valid } from './problem.ts'

/** What a route takes and answers: schemas that check each request, and of which `/openapi.json` is made. */
export type Contract = {
  readonly summary: string
  /** what the path names; what does not fit is not there: 404 */
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  /** by their names in lower case */
  readonly headers?: z.ZodObject
  readonly body?: z.ZodType
  /** status → what is told; a string goes out as plain text */
  readonly answers: { readonly [status: number]: z.ZodType }
  /** status → what has gone wrong, where it is peculiar to this route */
  readonly problems?: { readonly [status: number]: string }
}

type Inputs = 'params' | 'query' | 'headers' | 'body'
type Taken<C extends Contract> = { readonly [K in Inputs as C[K] extends z.ZodType ? K : never]: z.output<C[K]> }
type Told<C extends Contract> = z.input<C['answers'][keyof C['answers']]>

/** A route that keeps a contract: `answer` gets what the schemas made of the request, and can tell nothing but what the contract says. */
export const route = <const C extends Contract>(contract: C, answer: (taken: Taken<C>, response: Response<Told<C>>) => unknown): Answer =>
  Object.assign((request: Request, response: Response) => answer(taken(contract, request) as Taken<C>, response), { contract })

const taken = ({ params, query, headers, body }: Contract, request: Request) => ({
  ...(params && { params: params.safeParse(request.params).data ?? nowhere() }),
  ...(query && { query: valid(query, request.query, '?') }),
  ...(body && { body: valid(body, request.body) }),
  ...(headers && { headers: valid(headers, request.headers, 'header') }),
})

const nowhere = (): never => {
  throw new Problem(404, 'There is nothing here')
}
