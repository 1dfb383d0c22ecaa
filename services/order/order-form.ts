import { z } from 'zod'
import { countries } from './countries.ts'
import { products } from './products.ts'

const most = 100
const or = (error: string) => ({ error, abort: true, when: ({ issues }: { issues: unknown[] }) => issues.length === 0 })
const count = or(`must be a whole number from 1 to ${most}`)
const howMany = or('must have 1 to 50 lines')

const text = (length: number) =>
  z
    .string()
    .trim()
    .min(1, or('must not be empty'))
    .max(length, or(`must be at most ${length} characters long`))
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, or('must not contain control characters'))

const Line = z.object({
  sku: z.enum(
    products.map(({ sku }) => sku),
    'is no product of ours, see /products',
  ),
  quantity: z.int(count).min(1, count).max(most, count),
})
type Lines = z.infer<typeof Line>[]
const { $schema: _, ...items } = z.toJSONSchema(Line, { io: 'input' })

const Lines = z
  .array(z.unknown())
  .min(1, howMany)
  .max(50, howMany)
  .meta({ items })
  .pipe(z.array(Line))
  .superRefine((lines, { addIssue }) => {
    for (const [i, { sku }] of lines.entries())
      if (piecesOf(sku, lines.slice(0, i + 1)) > most)
        addIssue({ code: 'custom', path: [i, 'quantity'], message: `makes more than ${most} of ${sku}` })
  })
  .transform((lines) => [...new Set(lines.map(({ sku }) => sku))].map((sku) => ({ sku, quantity: piecesOf(sku, lines) })))

const piecesOf = (sku: string, lines: Lines) => lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0)

export const OrderForm = z.object({
  customer: z.object({ name: text(100), email: text(254).meta({ format: 'email' }).pipe(z.email('must be an e-mail address')) }),
  address: z.object({
    street: text(200),
    city: text(100),
    postalCode: text(20),
    country: z.enum(countries, 'must be a country by ISO 3166-1 alpha-2, such as FR'),
  }),
  lines: Lines,
  paymentMethod: z.enum(['pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_chargeDeclinedInsufficientFunds', 'pm_card_bankTimeout']),
})
export type OrderForm = z.infer<typeof OrderForm>
