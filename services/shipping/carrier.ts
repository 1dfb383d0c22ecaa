const unserved: ReadonlySet<string> = new Set(['AQ'])

export const goesTo = (country: string) => !unserved.has(country)

export const trackingCodeOf = (orderId: string) => `PDC-${orderId.slice(-12).toUpperCase()}`
