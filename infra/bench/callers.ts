import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { placing } from './placing.ts'
import { produce } from './produce.ts'

// Places orders over HTTP, on connections that are kept, at the service that ORDER_URL names; comes again at once when it is refused.
const { customer, address, lines, paymentMethod } = placing('')
const form = JSON.stringify({ customer, address, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })), paymentMethod })
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(form) }
const options = { method: 'POST', agent: new Agent({ keepAlive: true }), headers }

produce(async () => {
  const asked = request(`${process.env['ORDER_URL']}/orders`, options).end(form)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const body = await text(answer)
  if (answer.statusCode === 202) return (JSON.parse(body) as { orderId: string }).orderId
  if (answer.statusCode === 503 && answer.headers['retry-after']) return undefined
  throw new Error(`${answer.statusCode} ${body}`)
})
