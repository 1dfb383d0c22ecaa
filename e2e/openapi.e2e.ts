import { expect, test } from '@playwright/test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { type Document, judgeBy, operationsIn } from './support/openapi.ts'
import { services } from './support/services.ts'
import { form, shop } from './support/shop.ts'

const { url, read, place, cancel, ended } = shop()
const everywhere = ['GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /openapi.json']
const routesOf = {
  order: ['GET /orders', 'GET /orders/{id}', 'GET /products', 'POST /orders', 'POST /orders/{id}/cancel'],
  inventory: ['GET /stock'],
  payment: ['GET /payments/{orderId}'],
  shipping: ['GET /shipments/{orderId}'],
  email: ['GET /letters'],
}

test('each service describes its routes, all of them, as OpenAPI 3.1 has it', async () => {
  for (const service of services) {
    const document = await read<Document>(service, '/openapi.json')
    expect(document).toMatchObject({ openapi: '3.1.1', info: { title: service, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) } })
    expect(await new Validator().validate(structuredClone(document)), service).toMatchObject({ valid: true })
    const routes = operationsIn(document).map(([method, path]) => `${method} ${path}`)
    expect(routes.sort(), service).toEqual([...routesOf[service], ...everywhere].sort())
  }
})

test('what is answered is what the documents say: about orders of each kind, and about what goes wrong', async () => {
  const orders = [
    await place(),
    await place({ paymentMethod: 'pm_card_chargeDeclined' }),
    await place({ country: 'AQ' }),
    await place({ lines: [{ sku: 'unobtainium', quantity: 1 }] }),
  ].map(({ orderId }) => orderId)
  for (const id of orders) await ended(id)
  const open = await Promise.all([place(), place()])
  await cancel(String(open[0]?.orderId))
  const ids = [...orders, ...open.map(({ orderId }) => orderId), '00000000-0000-0000-0000-000000000000', 'x']
  const bodies = [form(), {}, undefined]

  for (const service of services) {
    const document = await read<Document>(service, '/openapi.json')
    const judge = judgeBy(document)
    for (const [method, path, operation] of operationsIn(document))
      for (const id of ids)
        for (const body of operation.requestBody ? bodies : [undefined]) {
          const where = path.replace(/\{\w+\}/, id)
          const query = operation.parameters?.some(({ name }) => name === 'orderId' && !path.includes('{')) ? `?orderId=${id}` : ''
          const response = await fetch(url(service, where + query), { method, ...(body && { body: JSON.stringify(body) }) })
          expect(await judge(operation, response), `${method} ${where} of ${service}`).toBeUndefined()
        }
  }
})
