import pg from 'pg'
import { passwordOf } from '../passwords.ts'

/** A role and a database per service, of its name; nobody else may connect to it. What is there already is brought up to date. */
export const putDatabasesInPlace = async (adminUrl: string, services: readonly string[]) => {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 })
  await admin.connect()
  try {
    const { rows: roles } = await admin.query<{ rolname: string }>('select rolname from pg_roles')
    const { rows: databases } = await admin.query<{ datname: string }>('select datname from pg_database')
    for (const service of services) {
      const name = admin.escapeIdentifier(service)
      const verb = roles.some(({ rolname }) => rolname === service) ? 'alter' : 'create'
      await admin.query(`${verb} role ${name} with login password ${admin.escapeLiteral(passwordOf(service))}`)
      if (!databases.some(({ datname }) => datname === service)) await admin.query(`create database ${name} owner ${name}`)
      await admin.query(`revoke all on database ${name} from public`)
    }
  } finally {
    await admin.end()
  }
}
