import { readFileSync } from 'node:fs'
import type { Ground } from '../bench/ground.ts'

type Books = Pick<Ground, 'query'>

const portion = 50_000

/** In how many portions so many orders are put into the tables of a service. */
export const portionsOf = (many: number) => Math.ceil(many / portion)

const statements = (name: string) => readFileSync(new URL(`seed/${name}.sql`, import.meta.url), 'utf8')

/** Does what `seed/<name>.sql` says in a database, for the orders 1 to `many`, 50,000 at a time. `told` is told how many are in. */
export const seeded = async ({ query }: Books, name: string, database: string, many: number, told: (done: number) => void = () => {}) => {
  const sql = statements(name)
  await query(database, statements('each'))
  for (let from = 1; from <= many; from += portion) {
    const to = Math.min(many, from + portion - 1)
    await query(database, `begin; ${sql.replaceAll(':from', `${from}::bigint`).replaceAll(':to', `${to}::bigint`)}; commit`)
    told(to)
  }
  await query(database, 'vacuum analyze')
}
