import type { OrderEvent } from './events.ts'

type Line = OrderEvent<'order.placed'>['data']['lines'][number]

export const products = [
  { sku: 'tea', name: 'Darjeeling, first flush, 100 g', unitPriceCents: 1_450 },
  { sku: 'teapot', name: 'Cast-iron teapot', unitPriceCents: 6_900 },
  { sku: 'teacup', name: 'Porcelain teacup with saucer', unitPriceCents: 1_800 },
  { sku: 'kettle', name: 'Whistling kettle', unitPriceCents: 4_500 },
  { sku: 'strainer', name: 'Silver tea strainer', unitPriceCents: 2_200 },
  { sku: 'honey', name: 'Acacia honey, 250 g', unitPriceCents: 790 },
  { sku: 'shortbread', name: 'Butter shortbread, a tin', unitPriceCents: 950 },
  { sku: 'tray', name: 'Bamboo tray', unitPriceCents: 2_900 },
  { sku: 'last-chance', name: 'Last chance: the painted teapot', unitPriceCents: 19_900 },
  { sku: 'unobtainium', name: 'Unobtainium tea caddy', unitPriceCents: 99_900 },
] as const

const prices: ReadonlyMap<string, number> = new Map(products.map(({ sku, unitPriceCents }) => [sku, unitPriceCents]))

export const priced = (lines: readonly Omit<Line, 'unitPriceCents'>[]): { lines: Line[]; totalCents: number } => {
  const withPrices = lines.map((line) => ({ ...line, unitPriceCents: prices.get(line.sku) ?? 0 }))
  return { lines: withPrices, totalCents: withPrices.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0) }
}
