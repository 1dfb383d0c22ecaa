import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'
import { type Dance, dances } from '../../infra/demo/dances.ts'
import { frozen } from './faults.ts'
import { shop } from './shop.ts'
import { whole } from './traces.ts'
import { treeOf } from './tree.ts'

/** A race that is decided by holding one service still until shipping has come that far. */
type Outcome = { readonly name: string; readonly still: 'inventory' | 'payment'; readonly until: Until }
type Until = typeof late | { readonly waitingFor: readonly string[] }

const late = { status: 'stood-down' } as const
const outcomes: Readonly<Record<string, readonly Outcome[]>> = {
  'Out of stock': [
    { name: 'the approval comes in time', still: 'inventory', until: { waitingFor: ['inventory.reserved'] } },
    { name: 'the approval comes too late', still: 'payment', until: late },
  ],
  'The card is declined': [
    { name: 'the reservation comes in time', still: 'payment', until: { waitingFor: ['payment.approved'] } },
    { name: 'the reservation comes too late', still: 'inventory', until: late },
  ],
  'The customer cancels while the bank hesitates': [
    { name: 'the reservation comes in time', still: 'payment', until: { waitingFor: ['payment.approved'] } },
    { name: 'the reservation comes too late', still: 'inventory', until: late },
  ],
}

type Tree = { readonly file: string; readonly heading: string; readonly dance: Dance; readonly outcome?: Outcome }

/** Every tree there has to be: one for each demo order, or one for each right outcome where it has several. */
export const trees: readonly Tree[] = dances.flatMap((dance, i): Tree[] => {
  const heading = `${i + 1}  ${dance.title}`
  const stem = heading.toLowerCase().replace(/\W+/g, '-')
  const several = outcomes[dance.title]?.map((outcome) => ({
    file: `${stem}.${outcome.name.replaceAll(' ', '-')}.txt`,
    heading: `${heading}: ${outcome.name}`,
    dance,
    outcome,
  }))
  return several ?? [{ file: `${stem}.txt`, heading, dance }]
})

export const folder = fileURLToPath(new URL('../trees/', import.meta.url))
export const filesThere = () => readdirSync(folder).filter((file) => file.endsWith('.txt'))
export const read = ({ file }: Tree) => readFileSync(folder + file, 'utf8')
export const write = ({ file }: Tree, text: string) => writeFileSync(folder + file, text)

/** What the file of a tree has to hold when this has been drawn. */
export const page = ({ heading }: Tree, lines: readonly string[]) => [heading, '', ...lines, ''].join('\n')

/** Has an order of this kind danced, with its race decided as `outcome` wants it, and draws its trace once that is whole. */
export const drawn = async ({ dance, outcome }: Pick<Tree, 'dance' | 'outcome'>): Promise<string[]> =>
  treeOf(await whole(await (outcome ? decided(dance, outcome) : freely(dance))))

const freely = async (dance: Dance) => {
  const { place, cancel } = shop()
  const { orderId, traceId } = await place(wishOf(dance))
  if (dance.cancelled) await cancel(orderId)
  return traceId
}

const decided = async (dance: Dance, { still, until }: Outcome) => {
  const { place, cancel, shipment } = shop()
  const comes = (orderId: string) =>
    expect.poll(() => shipment(orderId).catch(() => undefined), { intervals: [20], timeout: 8_000 }).toMatchObject(until)
  return frozen(still, async () => {
    const { orderId, traceId } = await place(wishOf(dance))
    if (until !== late) await comes(orderId)
    if (dance.cancelled) await cancel(orderId)
    if (until === late) await comes(orderId)
    return traceId
  })
}

const wishOf = ({ order: { sku, ...wish } }: Dance) => ({ ...wish, lines: [{ sku, quantity: 1 }] })
