import { expect, test } from '@playwright/test'
import { form, problemOf, shop } from './support/shop.ts'

const { url, post, orders } = shop()
const refusalOf = async (body: unknown, headers = {}) => problemOf(await post('/orders', body, headers))
const pointersOf = async (body: unknown) => (await refusalOf(body)).errors?.map(({ pointer }) => pointer).sort()
const tea = (quantity: unknown) => ({ sku: 'tea', quantity })

let before = 0
test.beforeAll(async () => {
  before = (await orders()).length
})
test.afterEach(async () => {
  expect(await orders()).toHaveLength(before)
})

test('refused, and no order is made: malformed JSON, or a body that cannot be decoded', async () => {
  for (const body of ['{"customer":', 'hello', '1', '"order"', 'null', '{,}']) expect(await refusalOf(body)).toMatchObject({ status: 400 })
  expect(await refusalOf('order', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 })
  expect(await refusalOf('order', { 'content-encoding': 'zip' })).toMatchObject({ status: 415 })
  expect(await refusalOf('{}', { 'content-type': 'application/json; charset=klingon' })).toMatchObject({ status: 415 })
})

test('refused, and no order is made: a body of 1 MB, its length told or not', async () => {
  const big = JSON.stringify({ ...form(), remark: 'x'.repeat(1_000_000) })
  expect(await refusalOf(big)).toMatchObject({ status: 413 })
  const request = { method: 'POST', body: new Blob([big]).stream(), duplex: 'half' } as RequestInit
  expect(await problemOf(await fetch(url('order', '/orders'), request))).toMatchObject({ status: 413 })
})

test('refused, and no order is made: another type than that of an order', async () => {
  expect(await pointersOf([])).toEqual(['#'])
  expect(await pointersOf({})).toEqual(['#/address', '#/customer', '#/lines', '#/paymentMethod'])
  expect(await pointersOf({ customer: 1, address: [], lines: {}, paymentMethod: null })).toEqual([
    '#/address',
    '#/customer',
    '#/lines',
    '#/paymentMethod',
  ])
})

test('refused, and no order is made: every field wrong at once: one entry for each, no more', async () => {
  const wrong = {
    customer: { name: ' ', email: 'ada' },
    address: { street: 5, city: 'x'.repeat(101), postalCode: null, country: 'XX' },
    lines: [tea(-1), tea('2'), { sku: 'unicorn', quantity: 1e9 }],
    paymentMethod: 'gold',
  }
  expect(await pointersOf(wrong)).toEqual([
    '#/address/city',
    '#/address/country',
    '#/address/postalCode',
    '#/address/street',
    '#/customer/email',
    '#/customer/name',
    '#/lines/0/quantity',
    '#/lines/1/quantity',
    '#/lines/2/quantity',
    '#/lines/2/sku',
    '#/paymentMethod',
  ])
})

test('refused, and no order is made: a quantity that is none', async () => {
  for (const quantity of [-1, 0, 1.5, 101, 1e9, Number.MAX_SAFE_INTEGER, '1', null, [1], true])
    expect(await pointersOf({ ...form(), lines: [tea(quantity)] }), String(quantity)).toEqual(['#/lines/0/quantity'])
  expect(await pointersOf(JSON.stringify(form()).replace('"quantity":1', '"quantity":1e999'))).toEqual(['#/lines/0/quantity'])
})

test('refused, and no order is made: no lines, 51 lines, or 101 pieces of a product in two lines', async () => {
  expect(await pointersOf({ ...form(), lines: [] })).toEqual(['#/lines'])
  expect(await pointersOf({ ...form(), lines: Array(51).fill(tea(1)) })).toEqual(['#/lines'])
  expect(await pointersOf({ ...form(), lines: [tea(100), tea(1)] })).toEqual(['#/lines/1/quantity'])
})

test('refused, and no order is made: an unknown product, country or way to pay', async () => {
  for (const sku of ['unicorn', '', 'TEA', '__proto__', 'constructor'])
    expect(await pointersOf({ ...form(), lines: [{ sku, quantity: 1 }] }), sku).toEqual(['#/lines/0/sku'])
  for (const country of ['XX', 'fr', 'FRA', '']) expect(await pointersOf(form({ country })), country).toEqual(['#/address/country'])
  for (const paymentMethod of ['gold', '', 'PM_CARD_VISA', '__proto__'])
    expect(await pointersOf(form({ paymentMethod })), paymentMethod).toEqual(['#/paymentMethod'])
})

test('refused, and no order is made: characters that no name has, NUL and half a surrogate pair among them, in any field', async () => {
  const { customer, address } = form()
  for (const odd of ['A\u0000da', 'A\ud800', 'A\nB', '\u0007']) {
    expect(await pointersOf({ ...form(), customer: { ...customer, name: odd } })).toEqual(['#/customer/name'])
    expect(await pointersOf({ ...form(), address: { ...address, street: odd } })).toEqual(['#/address/street'])
    expect(await pointersOf(form({ email: `${odd}@example.org` }))).toEqual(['#/customer/email'])
    expect(await pointersOf({ ...form(), lines: [{ sku: odd, quantity: 1 }] })).toEqual(['#/lines/0/sku'])
  }
  expect(await refusalOf(form(), { 'idempotency-key': 'x'.repeat(256) })).toMatchObject({ status: 422 })
  expect(await refusalOf(form(), { 'idempotency-key': '' })).toMatchObject({ status: 422 })
})
