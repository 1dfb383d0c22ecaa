import { createServer } from 'node:http'
import { isAway } from '@pas-de-cinq/shared/database-faults'
import { application, type Routes } from '@pas-de-cinq/shared/http'
import { causeOf, type DeadLetter, grouped } from '@pas-de-cinq/shared/messaging/dead-letters'
import { editedAs, fieldsOf } from '@pas-de-cinq/shared/messaging/edit'
import { Unprocessable } from '@pas-de-cinq/shared/messaging/envelope'
import { Problem, valid } from '@pas-de-cinq/shared/problem'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Desk, Done } from './desk.ts'

const listedOf = 100

/** The same as the command line does, over HTTP, for a page that shows the dead letters. What is wrong is told by RFC 9457. */
export const routesOf = (desk: Desk, services: readonly string[], jaeger: string | undefined): Routes => {
  const Choice = z.strictObject({
    services: z
      .array(z.enum(services))
      .nonempty()
      .default([...services] as [string, ...string[]]),
    ids: z.array(z.string().min(1)).default([]),
    cause: z.string().min(1).optional(),
    all: z.literal(true).optional(),
    vouched: z.boolean().default(false),
  })
  const Discarding = Choice.omit({ vouched: true }).extend({ reason: z.string().min(1).max(500) })
  const Editing = z.strictObject({ event: z.record(z.string(), z.unknown()), vouched: z.boolean().default(false) })

  const one = async ({ service = '', id = '' }: Record<string, unknown>): Promise<DeadLetter> => {
    const { letters } = await desk.list(services.filter((name) => name === service))
    return letters.find((letter) => letter.id === id) ?? absent()
  }
  const inBrief = ({ service, id, type, subject, reason, attempts, diedAt, traceId }: DeadLetter) => ({
    service,
    id,
    type,
    orderId: subject,
    reason,
    cause: causeOf(reason),
    attempts,
    diedAt,
    traceId,
    links: { self: `/dead-letters/${service}/${id}`, trace: jaeger && traceId && `${jaeger}/trace/${traceId}` },
  })
  const done = ({ sent, doubted, absent }: Done) => ({
    done: sent.map(inBrief),
    doubted: doubted.map(([letter, doubt]) => ({ ...inBrief(letter), doubt })),
    absent,
  })

  return guarded({
    'GET /dead-letters': async (_, response) => {
      const { letters, beyond } = await desk.list(services)
      const groups = grouped(letters).map(({ service, cause, letters }) => ({
        service,
        cause,
        count: letters.length,
        letters: letters.slice(0, listedOf).map(inBrief),
      }))
      response.json({ count: letters.length + beyond, lookedAt: letters.length, groups })
    },
    'GET /dead-letters/:service/:id': async ({ params }, response) => {
      const letter = await one(params)
      const { history, stack, message } = letter
      response.json({ ...inBrief(letter), history, stack, event: fieldsOf(message.content), body: message.content.toString() })
    },
    'POST /dead-letters/send': async ({ body }, response) => {
      const { services, vouched, ...choice } = valid(Choice, body)
      response.json(done(await desk.send(services, choice, { vouched })))
    },
    'POST /dead-letters/discard': async ({ body }, response) => {
      const { services, reason, ...choice } = valid(Discarding, body)
      response.json(done(await desk.discard(services, choice, reason)))
    },
    'POST /dead-letters/:service/:id/edit': async ({ body, params }, response) => {
      const { event, vouched } = valid(Editing, body)
      const letter = await one(params)
      try {
        response.json(done(await desk.edit(letter, editedAs(letter.message.content, event, new Date()), vouched)))
      } catch (error) {
        throw error instanceof Unprocessable ? new Problem(422, 'It cannot be sent so', { detail: error.message }) : error
      }
    },
    'GET /discarded-letters': async (_, response) => response.json({ discarded: await desk.discarded() }),
  })
}

/** Serves these routes on 127.0.0.1. Resolves to where. */
export const serve = async (routes: Routes, port: number): Promise<string> => {
  const server = createServer(application(routes))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0)) // what is half done is done again
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const absent = (): never => {
  throw new Problem(404, 'There is no such dead letter')
}

/** Answers nobody but programs and pages of this machine: another site's page, open in a browser here, could else send and discard. */
const guarded = (routes: Routes): Routes =>
  Object.fromEntries(
    Object.entries(routes).map(([route, answer]) => [
      route,
      (request: Request, response: Response) => {
        const { host, origin } = request.headers
        if (!isHere(`http://${host}`) || (origin && !isHere(origin))) throw new Problem(403, 'This is answered to this machine alone')
        if (request.method === 'POST' && !request.is('application/json')) throw new Problem(415, 'The body has to be application/json')
        return Promise.try(() => answer(request, response)).catch(toldAway)
      },
    ]),
  )

const toldAway = (error: unknown): never => {
  throw isAway(error) ? new Problem(503, 'The broker is away for the moment') : error
}

const isHere = (address: string) => URL.canParse(address) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname)
