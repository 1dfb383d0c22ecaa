import type { Ground } from '../bench/ground.ts'
import { familyOf, processes, readOr } from '../native/family.ts'

/** What has been spent up to now, or between two moments: milliseconds of CPU by part, and what the database and the broker have been given to do. */
export type Spent = Readonly<Record<string, number>>
type Parts = Readonly<Record<string, readonly number[]>>

const millisecondsPerTick = 10

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

/** Milliseconds of CPU that a process and those of its children that have ended have used, of its `/proc/<pid>/stat`. */
export const cpuIn = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return sum(fields.slice(11, 15).map(Number)) * millisecondsPerTick
}

/** Looks at what the parts (name → processes, each with all its children) have spent, and what has been done in the databases and for the queue. */
export const spending =
  ({ query, waitingIn }: Ground, parts: Parts, databases: readonly string[], published: string) =>
  async (): Promise<Spent> => {
    const all = processes()
    const cpu = Object.entries(parts).map(([name, pids]) => {
      const family = pids.flatMap((pid) => familyOf(pid, all))
      return [name, sum(family.map((pid) => cpuIn(readOr(`/proc/${pid}/stat`))))] as const
    })
    const names = databases.map((name) => `'${name}'`).join()
    const [written] = await query<{ commits: number; wal: number }>(
      'postgres',
      `select sum(xact_commit)::float8 as commits, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 / 1024 as wal
       from pg_stat_database where datname in (${names})`,
    )
    let scanned = 0
    for (const database of databases)
      scanned += Number((await query<{ n: string }>(database, 'select sum(seq_tup_read) as n from pg_stat_user_tables'))[0]?.n)
    return { ...Object.fromEntries(cpu), cpu: sum(cpu.map(([, much]) => much)), ...written, scanned, messages: await waitingIn(published) }
  }

/** What the outboxes of these databases take on disk, in MiB. */
export const outboxesOnDisk = async ({ query }: Pick<Ground, 'query'>, databases: readonly string[]): Promise<number> => {
  const size = "select pg_total_relation_size('messaging.outbox')::float8 / 1024 / 1024 as size"
  return sum(await Promise.all(databases.map(async (database) => (await query<{ size: number }>(database, size))[0]?.size ?? 0)))
}

/** What has been spent between two moments, for each of so many orders. */
export const perOrder = (before: Spent, after: Spent, orders: number): Spent =>
  Object.fromEntries(Object.entries(after).map(([what, much]) => [what, (much - (before[what] ?? 0)) / orders]))
