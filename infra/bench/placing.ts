/** The order that every scene places, as often as it likes. */
export const placing = (orderId: string) => ({
  orderId,
  customer: { name: 'Ada', email: 'ada@example.org' },
  address: { street: 'Rue de la Danse 5', city: 'Paris', postalCode: '75009', country: 'FR' },
  lines: [
    { sku: 'tea', quantity: 2, unitPriceCents: 1_450 },
    { sku: 'teapot', quantity: 1, unitPriceCents: 6_900 },
  ],
  totalCents: 9_800,
  paymentMethod: 'pm_card_visa',
})
