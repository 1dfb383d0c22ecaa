import { randomUUID } from 'node:crypto'
import type { Tx } from './committing.ts'
import type { placing } from './placing.ts'

export type Order = ReturnType<typeof placing>

/** An entry of an order's timeline. */
export const told = ({ run }: Tx, orderId: string, type: string) =>
  run('timeline', 'insert into timeline values ($1, $2, $3, now())', [randomUUID(), orderId, type])

/** The rows of an order that is placed: the order, its timeline, and what is said of it. */
export const placed = async (tx: Tx, order: Order) => {
  const { orderId, customer, address, lines, totalCents, paymentMethod } = order
  const row = [orderId, customer, address, JSON.stringify(lines), totalCents, paymentMethod]
  await tx.run('place', "insert into orders values ($1, 'placed', $2, $3, $4, $5, $6, now())", row)
  await told(tx, orderId, 'order.placed')
  await tx.say('order.placed', [{ subject: orderId, data: order }])
}
