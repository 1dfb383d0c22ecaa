import { expect, test } from '@playwright/test'
import pg from 'pg'
import { services } from '../infra/choreographies.ts'
import { queriedAs } from './support/rights.ts'

const names = services()

test('a service reaches no database but its own', async () => {
  for (const service of names) {
    const as = queriedAs(service)
    for (const database of ['postgres', 'template1', 'template0', ...names.filter((name) => name !== service)])
      expect(await as('select 1', database), `${service} at ${database}`).toMatch(/permission denied for database|not currently accepting/)
    const reached = `select datname from pg_database where datallowconn and has_database_privilege(datname, 'connect')`
    expect(await as(reached), service).toEqual([{ datname: service }])
    const others = `select query from pg_stat_activity where usename <> current_user and query not like '<insufficient%'`
    expect(await as(others), service).toEqual([])
  }
})

test('a service is nobody’s administrator, nor its own', async () => {
  for (const service of names) {
    const as = queriedAs(service)
    const attributes = 'rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls'
    expect(await as(`select ${attributes} from pg_roles where rolname = current_user`), service).toEqual([
      { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, rolbypassrls: false },
    ])
    expect(await as('select 1 from pg_auth_members where member = current_user::regrole'), service).toEqual([])
    const another = pg.escapeIdentifier(names.find((name) => name !== service) ?? '')
    for (const statement of [
      'select * from pg_authid',
      'set role admin',
      `set role ${another}`,
      `alter role ${pg.escapeIdentifier(service)} superuser`,
      `alter role ${another} password 'mine'`,
      'create role mine',
      'create database mine',
      `drop database ${another}`,
      `copy (select 1) to program 'true'`,
      `select pg_read_file('/etc/passwd')`,
      'alter system set fsync = off',
      'create extension postgres_fdw',
    ])
      expect(await as(statement), `${service}: ${statement}`).toMatch(/permission denied|must be/i)
  }
})

test('nobody comes into a database with a wrong password', async () => {
  for (const service of [...names, 'admin', 'postgres'])
    expect(await queriedAs(service, 'wrong')('select 1'), service).toMatch(/password authentication failed/)
})
