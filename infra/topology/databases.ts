import pg from 'pg'
import { passwordOf } from '../passwords.ts'

const plain = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls'

/**
 * A role and a database per service, of its name: it may connect to that one alone, and no other service may. What is there already is brought
 * up to date.
 */
export const putDatabasesInPlace = async (adminUrl: string, services: readonly string[]) => {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 })
  await admin.connect()
  try {
    const { rows: roles } = await admin.query<{ rolname: string }>('select rolname from pg_roles')
    const { rows: databases } = await admin.query<{ datname: string }>('select datname from pg_database')
    await admin.query('revoke all on database postgres, template1 from public')
    for (const service of services) {
      const name = admin.escapeIdentifier(service)
      const verb = roles.some(({ rolname }) => rolname === service) ? 'alter' : 'create'
      await admin.query(`${verb} role ${name} with ${plain} password ${admin.escapeLiteral(passwordOf(service))}`)
      if (!databases.some(({ datname }) => datname === service)) await admin.query(`create database ${name} owner ${name}`)
      await admin.query(`revoke all on database ${name} from public`)
    }
  } finally {
    await admin.end()
  }
}
