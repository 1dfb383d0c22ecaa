import { expect } from '@playwright/test'
import { bought, wrongEnds } from '../../infra/chaos/customers.ts'
import { audited } from './audit.ts'
import { services } from './services.ts'
import { shop } from './shop.ts'
import { partsIn } from './system.ts'

/** The same hostility each time, unless another seed or more of it is asked for. */
export const parameters = {
  seed: Number(process.env['FUZZ_SEED'] ?? 5),
  numRuns: Number(process.env['FUZZ_RUNS'] ?? 150),
  endOnFailure: true,
}

const begun = () => services.map((name) => [name, partsIn()[name].began ?? partsIn()[name].pid])

/** Counts what becomes of each kind, and prints it as a table. */
export const tally = () => {
  const rows = new Map<string, Record<string, number>>()
  return {
    count: (kind: string, outcome: string) => {
      const row = rows.get(kind) ?? { sent: 0 }
      rows.set(kind, { ...row, sent: (row['sent'] ?? 0) + 1, [outcome]: (row[outcome] ?? 0) + 1 })
    },
    print: (title: string) => {
      console.log(`${title}: FUZZ_SEED=${parameters.seed} FUZZ_RUNS=${parameters.numRuns}`)
      console.table(Object.fromEntries([...rows].sort()))
    },
  }
}

/** Places orders of each kind while `work` goes on; resolves when all of them, and those that `work` placed, have ended as they should. */
export const meanwhile = async (work: () => Promise<readonly string[]>) => {
  const [before, customers] = [begun(), Promise.all(Array.from({ length: 8 }, (_, i) => bought(shop(), i)))]
  const placed = await work()
  const all = await customers
  const orders = await audited(shop(), [...all.map(({ orderId }) => orderId), ...placed])
  expect(wrongEnds(all, orders.slice(0, all.length))).toEqual([])
  expect(begun(), 'nobody was started again').toEqual(before)
}
