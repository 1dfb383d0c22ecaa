import { DatabaseAway } from '@pas-de-cinq/shared/database-faults'
import type { Life } from './scheduler.ts'
import type { World } from './world.ts'

/** A transaction, read committed: what it has written is seen by nobody else, and gone if it ends otherwise than by its commit. */
export type Tx = {
  readonly of: Life | undefined
  readonly writes: Map<Map<string, unknown>, Map<string, unknown>>
  readonly locks: Set<string>
  /** its last statement: as on a connection, one is done after the other, and none after one that has failed */
  last?: Promise<unknown>
  /** what it comes to, in words */
  readonly notes: string[]
}
export type Table<V> = {
  readonly get: (tx: Tx, key: string) => V | undefined
  readonly set: (tx: Tx, key: string, value: V | undefined) => void
  /** what is committed; whoever sets here does so outside of every transaction */
  readonly rows: Map<string, V>
}
export type Database = ReturnType<typeof database>

/** The database is away, for a moment: `patient` knows it. */
export class Away extends DatabaseAway {
  override name = 'Away'
}

/** A database as far as the shell needs one. Each statement is a step of its own; so is the commit, whose answer may be lost. */
export const database = ({ turn, soon, draw, note }: World) => {
  const holders = new Map<string, Tx>()
  const queues = new Map<string, (() => void)[]>()
  const open = new Set<Tx>()

  const begin = (of: Life | undefined): Tx => ({ of, writes: new Map(), locks: new Set(), notes: [] })
  const close = (tx: Tx) => {
    open.delete(tx)
    for (const key of tx.locks) {
      holders.delete(key)
      for (const go of queues.get(key) ?? []) soon(undefined, go)
      queues.delete(key)
    }
    tx.locks.clear()
  }
  const commit = (tx: Tx) => {
    for (const [rows, written] of tx.writes)
      for (const [key, value] of written) value === undefined ? rows.delete(key) : rows.set(key, value)
    close(tx)
    for (const what of tx.notes) note(tx.of?.name ?? '', what)
  }
  const hold = (tx: Tx, key: string) => {
    holders.set(key, tx)
    tx.locks.add(key)
  }
  const stumbling = (of: Life | undefined) => {
    if (!of?.stumbles) return
    of.stumbles = false
    throw new Away('the database is away')
  }
  const inTurn = <T>(tx: Tx, work: () => Promise<T>): Promise<T> => {
    if (!tx.last) return work()
    const mine = tx.last.then(work)
    mine.catch(() => {})
    tx.last = mine
    return mine
  }
  const step = <T>(tx: Tx, work: () => T) =>
    turn(tx.of, () => {
      stumbling(tx.of)
      return work()
    })
  const statement = <T>(tx: Tx, work: () => T) => inTurn(tx, () => step(tx, work))

  return {
    table: <V>(): Table<V> => {
      const rows = new Map<string, V>()
      const mine = (tx: Tx) => tx.writes.get(rows) as Map<string, V | undefined> | undefined
      return {
        rows,
        get: (tx, key) => (mine(tx)?.has(key) ? mine(tx)?.get(key) : rows.get(key)),
        set: (tx, key, value) => void (mine(tx) ?? tx.writes.set(rows, new Map()).get(rows))?.set(key, value),
      }
    },
    /** outside of every transaction: for reading */
    reader: begin,
    statement,
    /** one statement that takes locks, in the order of their names, each until its transaction ends */
    lock: (tx: Tx, keys: readonly string[]) =>
      inTurn(tx, async () => {
        await step(tx, () => {})
        for (const key of [...new Set(keys)].sort()) {
          while ((holders.get(key) ?? tx) !== tx) await new Promise<void>((go) => queues.set(key, [...(queues.get(key) ?? []), go]))
          if (open.has(tx)) hold(tx, key)
        }
      }),
    transact:
      (of: Life | undefined) =>
      async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
        const tx = { ...begin(of), last: Promise.resolve() }
        if (of?.alive !== false) open.add(tx)
        try {
          const result = await work(tx)
          await turn(of, () => {
            const unanswered = of?.stumbles && draw() % 2 === 1
            if (!unanswered) stumbling(of)
            commit(tx)
            stumbling(of)
          })
          return result
        } catch (error) {
          close(tx)
          throw error
        }
      },
    /** a process has died, and its sessions with it */
    abandon: (of: Life) => {
      for (const tx of open) if (tx.of === of) close(tx)
    },
    /** transactions that have not ended */
    open: () => open.size,
  }
}
