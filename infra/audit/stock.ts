import { type Fault, isSettling, type Order, type Rules } from './judge.ts'

export type Level = {
  readonly sku: string
  readonly seeded: number
  readonly available: number
  readonly reserved: number
  readonly shipped: number
}
type Pieces = { sold: number; mayBeSold: number; mayBeHeld: number }

/**
 * What the orders come to, by sku, for stock that was read before them: what must have been sold by then, what may have been, and what may have
 * been held. An order that has ended a while ago holds nothing.
 */
export const tallying = (rules: Pick<Rules, 'now' | 'settling'>) => {
  const pieces = new Map<string, Pieces>()
  const of = (sku: string) => {
    const known = pieces.get(sku) ?? { sold: 0, mayBeSold: 0, mayBeHeld: 0 }
    pieces.set(sku, known)
    return known
  }
  return {
    add: (order: Order) => {
      const completed = order.status === 'completed'
      const settling = isSettling(order, rules)
      for (const { sku, quantity } of order.lines) {
        const counted = of(sku)
        if (completed) counted.mayBeSold += quantity
        if (completed && !settling) counted.sold += quantity
        if (settling) counted.mayBeHeld += quantity
      }
    },
    /** What is wrong with the stock: pieces that came from nowhere or went there, are held for nobody, or left without an order. */
    faultsOf: (levels: readonly Level[]): Fault[] =>
      levels.flatMap(({ sku, seeded, available, reserved, shipped }): Fault[] => {
        const { sold, mayBeSold, mayBeHeld } = of(sku)
        const all = `${sku}: of ${seeded}, ${available} are available, ${reserved} reserved, ${shipped} shipped`
        const left = `${sku}: ${shipped} shipped, ${mayBeSold} bought`
        const addsUp = seeded === available + reserved + shipped && Math.min(available, reserved, shipped) >= 0
        return [
          ...(addsUp ? [] : [{ is: 'lost', what: all } as const]),
          ...(reserved > mayBeHeld
            ? [{ is: 'stuck', what: `${sku}: ${reserved} reserved, orders under way have ${mayBeHeld}` } as const]
            : []),
          ...(shipped < sold ? [{ is: 'lost', what: left } as const] : []),
          ...(shipped > mayBeSold ? [{ is: 'doubled', what: left } as const] : []),
        ]
      }),
  }
}
