import { expect } from '@playwright/test'
import { type Order, shopAt } from '../../infra/shop.ts'
import { partsIn } from './system.ts'

export { form, type Order, type Placed } from '../../infra/shop.ts'

/** The problem that an answer tells of, by RFC 9457. */
export const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type'), response.url).toContain('application/problem+json')
  const problem = (await response.json()) as { status: number; title: string; errors?: { pointer: string; detail: string }[] }
  expect(problem).toMatchObject({ type: 'about:blank', title: expect.stringMatching(/\w/), status: response.status })
  return problem
}

type Where = string | { readonly [part: string]: { readonly url: string } }

/** What a class does with the system in a folder, or at those urls, over HTTP. */
export const shop = (where?: Where) => {
  const there = shopAt(() => (typeof where === 'object' ? where : partsIn(where)))
  const ended = async (id: string, within = 60_000): Promise<Order> => {
    await expect.poll(async () => (await there.order(id)).status, { timeout: within, intervals: [100] }).not.toBe('placed')
    return there.order(id)
  }
  return { ...there, ended }
}
