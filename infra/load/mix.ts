import type { Wish } from '../shop.ts'

/** What a customer wants, and how that has to end. One that is cancelled may have been completed before. */
export type Kind = { readonly name: string; readonly wish: Wish; readonly cancelled?: true; readonly ends: string }

const kinds: readonly Kind[] = [
  { name: 'happy', wish: {}, ends: 'completed' },
  { name: 'declined', wish: { paymentMethod: 'pm_card_chargeDeclined' }, ends: 'cancelled: payment-declined' },
  { name: 'out-of-stock', wish: { lines: [{ sku: 'unobtainium', quantity: 1 }] }, ends: 'cancelled: out-of-stock' },
  { name: 'undeliverable', wish: { country: 'AQ' }, ends: 'cancelled: undeliverable' },
  { name: 'time-out', wish: { paymentMethod: 'pm_card_bankTimeout' }, ends: 'completed' },
  { name: 'cancelled', wish: {}, cancelled: true, ends: 'cancelled: by-customer' },
]
const everyKind = kinds.map(({ name }) => name)
export const usualMix = 'happy=6,declined=1,out-of-stock=1,undeliverable=1,time-out=1,cancelled=1'

/** Which kind each order is of, in turn: each comes as often as its share is, and evenly spread. @throws when `mix` cannot be read */
export const mixed = (mix: string): readonly Kind[] => {
  const shares = mix.split(',').map((part) => {
    const [, name, share = ''] = /^([a-z-]+)=(\d{1,3})$/.exec(part.trim()) ?? []
    const kind = kinds.find((kind) => kind.name === name)
    if (!kind) throw new Error(`--mix ${part}? It is made of ${everyKind.map((name) => `${name}=N`).join(',')}, with any N up to 999.`)
    return { kind, share: Number(share) }
  })
  const turns = shares.flatMap(({ kind, share }) => Array.from({ length: share }, (_, i) => ({ kind, at: (i + 0.5) / share })))
  if (turns.length === 0) throw new Error(`--mix ${mix} is of nothing.`)
  return turns.sort((a, b) => a.at - b.at).map(({ kind }) => kind)
}
