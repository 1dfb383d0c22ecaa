// Mistakes that the compiler refuses: what stands below each @ts-expect-error must not compile.
import { inventoryEvents } from '@pas-de-cinq/inventory/events'
import { orderEvents } from '@pas-de-cinq/order/events'
import { paymentEvents } from '@pas-de-cinq/payment/events'
import { asking, choreography } from '@pas-de-cinq/shared/choreography'
import { says } from '@pas-de-cinq/shared/events'
import { z } from 'zod'
import { evolve, initial, release, reserve } from '../services/inventory/decisions.ts'
import type { Bank } from '../services/payment/bank.ts'
import { evolve as evolvePayment, initial as noPayment, refund, settle } from '../services/payment/decisions.ts'

choreography({ says: inventoryEvents, hears: orderEvents, initial, evolve }, ({ when, on }) => [
  // @ts-expect-error a misspelt event
  when('order.plced', { decide: reserve, says: ['inventory.reserved', 'inventory.rejected'] }),
  // @ts-expect-error decides an event that the row does not list
  when('order.placed', { decide: reserve, says: ['inventory.reserved'] }),
  // @ts-expect-error another service's event
  when('order.cancelled', { decide: release, says: ['payment.refunded'] }),
  // @ts-expect-error a compensation of what another service has said
  when('order.cancelled', { decide: release, says: ['inventory.released'], undoes: 'order.placed' }),
  // @ts-expect-error a decision for another event
  when('order.cancelled', { decide: reserve, says: ['inventory.reserved', 'inventory.rejected'] }),
  // @ts-expect-error a decision over another service's state
  when('order.placed', { decide: settle, says: [] }),
  // @ts-expect-error a decision that needs an answer, in a row that asks nobody
  when('order.cancelled', { decide: refund, says: [] }),
  // @ts-expect-error a command whose decision says what the row does not list
  on('POST /stock', { decide: reserve, says: [] }),
])

choreography({ says: paymentEvents, hears: orderEvents, initial: noPayment, evolve: evolvePayment, asks: asking<Bank>() }, ({ when }) => [
  // @ts-expect-error a question that the bank does not answer
  when('order.placed', { ask: 'borrow', decide: settle, says: ['payment.approved', 'payment.declined'] }),
  // @ts-expect-error a question about another event
  when('order.placed', { ask: 'reverse', decide: settle, says: ['payment.approved', 'payment.declined'] }),
  // @ts-expect-error a decision that needs an answer, and no question
  when('order.placed', { decide: settle, says: ['payment.approved', 'payment.declined'] }),
])

// @ts-expect-error a state to begin with that is another service's
choreography({ says: inventoryEvents, hears: orderEvents, initial: noPayment, evolve }, () => [])

// @ts-expect-error an event that is not order's to say
says('order', { 'payment.approved': z.object({}) })
