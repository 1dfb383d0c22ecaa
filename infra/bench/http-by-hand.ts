import { randomUUID } from 'node:crypto'
import express from 'express'
import pg from 'pg'
import { committing } from './committing.ts'
import { placed } from './order-by-hand.ts'
import { placing } from './placing.ts'

// `POST /orders` by hand: express, and the rows of an order by pg, in one transaction. It checks nothing, refuses nobody, and publishes nothing.

const commit = committing(new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 40 }))

express()
  .post('/orders', express.json(), async ({ body: { lines: _, ...form } }, response) => {
    const order = { ...placing(randomUUID()), ...form }
    await commit((tx) => placed(tx, order))
    const { orderId, totalCents } = order
    response
      .status(202)
      .location(`/orders/${orderId}`)
      .json({ orderId, status: 'placed', totalCents, links: { self: `/orders/${orderId}` } })
  })
  .listen(Number(process.env['PORT']), '127.0.0.1')
