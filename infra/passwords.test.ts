import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { services } from './choreographies.ts'
import { adminPasswordOf, passwordOf, warningOf, withoutPasswords } from './passwords.ts'

describe('passwords', () => {
  const variables = [...services(), 'postgres_admin', 'rabbitmq_admin'].map((user) => `${user.toUpperCase()}_PASSWORD`)
  const set = (value: string, ...names: string[]) => Object.assign(process.env, Object.fromEntries(names.map((name) => [name, value])))
  const unset = () => {
    for (const name of variables) delete process.env[name]
  }
  beforeEach(unset)
  afterEach(unset)

  it('come from .env, and from the environment before; a newcomer has its own name', () => {
    assert.equal(passwordOf('payment'), 'payment')
    assert.equal(adminPasswordOf('rabbitmq'), 'admin')
    assert.equal(passwordOf('gift-cards'), 'gift-cards')
    set('s3cret', 'PAYMENT_PASSWORD', 'POSTGRES_ADMIN_PASSWORD')
    assert.equal(passwordOf('payment'), 's3cret')
    assert.equal(adminPasswordOf('postgres'), 's3cret')
    assert.equal(passwordOf('order'), 'order')
  })

  it('are refused when they would break a URL', () => {
    for (const bad of ['p@ss', 'a/b', 'a b', 'a:b', '100%', 'ключ']) {
      set(bad, 'ORDER_PASSWORD')
      assert.throws(() => passwordOf('order'), /^Error: ORDER_PASSWORD has to be of letters/)
    }
  })

  it('are not handed on to parts whose they are not', () => {
    set('s3cret', ...variables)
    assert.deepEqual(
      Object.entries(withoutPasswords()).filter(([, value]) => value === 's3cret'),
      [],
    )
    assert.equal(withoutPasswords()['PATH'], process.env['PATH'])
  })

  it('that everybody knows are told of loudly, each by its name, once the ports are published beyond loopback', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost']) assert.equal(warningOf(host, services()), undefined)
    for (const host of ['0.0.0.0', '::', '192.168.1.7', '', '127.0.0.1.example.org']) {
      const warning = warningOf(host, services()) ?? ''
      assert.match(warning, /^!!! The ports are published on /)
      for (const name of variables) assert.ok(warning.includes(name), name)
    }
    set('s3cret', ...variables.filter((name) => name !== 'RABBITMQ_ADMIN_PASSWORD'))
    assert.match(warningOf('0.0.0.0', services()) ?? '', /\n!!! RABBITMQ_ADMIN_PASSWORD\.\n/)
    set('s3cret', ...variables)
    assert.equal(warningOf('0.0.0.0', services()), undefined)
  })
})
