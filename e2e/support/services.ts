/** The five services, in the order in which an order comes to them. */
export const services = ['order', 'inventory', 'payment', 'shipping', 'email'] as const
export type Service = (typeof services)[number]
