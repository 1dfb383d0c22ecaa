import { createHash } from 'node:crypto'

const names = new Map<string, string>()

/** The name under which a connection keeps the plan of a statement: always the same for the same text, and readable, for it names its span. */
export const statementName = (sql: string): string => {
  const name = names.get(sql) ?? nameOf(sql)
  if (names.size < 500) names.set(sql, name)
  return name
}

// 63 bytes at most, as PostgreSQL has it.
const nameOf = (sql: string) => {
  const words = sql.replaceAll('"public".', '').match(/\w+(\.\w+)?/g) ?? []
  return `${words.slice(0, 4).join(' ').slice(0, 50)} ${createHash('sha1').update(sql).digest('base64url').slice(0, 8)}`
}
