import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { OrderForm } from './order-form.ts'

const form = {
  customer: { name: 'Ada', email: 'ada@example.org' },
  address: { street: 'Rue du Ballet 5', city: 'Paris', postalCode: '75009', country: 'FR' },
  lines: [{ sku: 'tea', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
}
const withCustomer = (customer: object) => ({ ...form, customer: { ...form.customer, ...customer } })
const withAddress = (address: object) => ({ ...form, address: { ...form.address, ...address } })
const withLines = (...lines: unknown[]) => ({ ...form, lines })
const teas = (...quantities: unknown[]) => withLines(...quantities.map((quantity) => ({ sku: 'tea', quantity })))

const refused: Record<string, [wrong: unknown, ...fields: string[]]> = {
  nothing: [undefined, ''],
  'a list': [[], ''],
  'an empty object': [{}, 'customer', 'address', 'lines', 'paymentMethod'],
  'no lines': [withLines(), 'lines'],
  'lines that are no list': [{ ...form, lines: '' }, 'lines'],
  '51 lines': [teas(...Array(51).fill(1)), 'lines'],
  'thousands of wrong lines': [withLines(...Array(10_000).fill({})), 'lines'],
  'lines that are none': [withLines(null, 5), 'lines/0', 'lines/1'],
  'a product that there is not': [withLines({ sku: 'coffee', quantity: 1 }), 'lines/0/sku'],
  'a product named as code might be': [withLines({ sku: 'constructor', quantity: 1 }), 'lines/0/sku'],
  'no quantity, and none that counts': [teas(undefined, 0), 'lines/0/quantity', 'lines/1/quantity'],
  'a quantity that is negative, in parts or huge': [teas(-1, 1.5, 1e21), 'lines/0/quantity', 'lines/1/quantity', 'lines/2/quantity'],
  'a quantity in words': [teas('1'), 'lines/0/quantity'],
  'more than 100 in one line': [teas(101, 1), 'lines/0/quantity'],
  'more than 100 in two lines': [teas(60, 41), 'lines/1/quantity'],
  'an e-mail address that is none': [withCustomer({ email: 'ada' }), 'customer/email'],
  'an e-mail address with a header': [withCustomer({ email: 'ada@example.org\r\nBcc: all@example.org' }), 'customer/email'],
  'an endless e-mail address': [withCustomer({ email: `${'a'.repeat(300)}@example.org` }), 'customer/email'],
  'a name of blanks': [withCustomer({ name: '  ' }), 'customer/name'],
  'a name with a NUL': [withCustomer({ name: 'A\u0000da' }), 'customer/name'],
  'a name with half a character': [withCustomer({ name: 'A\ud800da' }), 'customer/name'],
  'an endless name': [withCustomer({ name: 'a'.repeat(101) }), 'customer/name'],
  'an address of wrong types': [
    withAddress({ street: 5, city: null, postalCode: [] }),
    'address/street',
    'address/city',
    'address/postalCode',
  ],
  'a country that there is not': [withAddress({ country: 'XX' }), 'address/country'],
  'a country in lower case': [withAddress({ country: 'fr' }), 'address/country'],
  'a way to pay that there is not': [{ ...form, paymentMethod: 'pm_card_gold' }, 'paymentMethod'],
}

suite('an order form', () => {
  for (const [what, [wrong, ...fields]] of Object.entries(refused))
    test(`${what} is refused, each wrong field once`, () => {
      const issues = OrderForm.safeParse(wrong).error?.issues ?? []
      const paths = issues.map(({ path }) => path.join('/'))
      assert.deepEqual(paths, fields)
    })

  test('lines of one product are added up, in the order of their first mention', () => {
    const tea = (quantity: number) => ({ sku: 'tea', quantity })
    const honey = { sku: 'honey', quantity: 1 }
    assert.deepEqual(OrderForm.parse(withLines(tea(1), honey, tea(99))).lines, [tea(100), honey])
  })

  test('words are trimmed, and what is not asked for is passed over', () => {
    assert.deepEqual(OrderForm.parse({ ...withCustomer({ name: '  Ada ', likes: 'dancing' }), coupon: 'x' }), form)
  })

  test('the carrier need not go everywhere: AQ is a country', () => {
    assert.equal(OrderForm.parse(withAddress({ country: 'AQ' })).address.country, 'AQ')
  })
})
