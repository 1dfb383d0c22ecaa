import { z } from 'zod'
import { countries } from './countries.ts'
import { isSold } from './products.ts'

const most = 100
const isCount = (n: number) => Number.isInteger(n) && n >= 1 && n <= most

const text = (length: number) =>
  z
    .string()
    .trim()
    .refine((words) => words.length > 0, { abort: true, error: 'must not be empty' })
    .refine((words) => words.length <= length, { abort: true, error: `must be at most ${length} characters long` })
    .refine((words) => !/[\p{Cc}\p{Cs}]/u.test(words), { abort: true, error: 'must not contain control characters' })

const Line = z.object({
  sku: z.string().refine(isSold, { abort: true, error: 'is no product of ours, see /products' }),
  quantity: z.number().refine(isCount, { abort: true, error: `must be a whole number from 1 to ${most}` }),
})
type Lines = z.infer<typeof Line>[]

const Lines = z
  .array(z.unknown())
  .refine(({ length }) => length >= 1 && length <= 50, { abort: true, error: 'must have 1 to 50 lines' })
  .pipe(z.array(Line))
  .superRefine((lines, { addIssue }) => {
    for (const [i, { sku }] of lines.entries())
      if (piecesOf(sku, lines.slice(0, i + 1)) > most)
        addIssue({ code: 'custom', path: [i, 'quantity'], message: `makes more than ${most} of ${sku}` })
  })
  .transform((lines) => [...new Set(lines.map(({ sku }) => sku))].map((sku) => ({ sku, quantity: piecesOf(sku, lines) })))

const piecesOf = (sku: string, lines: Lines) => lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0)

export const OrderForm = z.object({
  customer: z.object({ name: text(100), email: text(254).pipe(z.email('must be an e-mail address')) }),
  address: z.object({
    street: text(200),
    city: text(100),
    postalCode: text(20),
    country: z.string().refine((code) => countries.has(code), 'must be a country by ISO 3166-1 alpha-2, such as FR'),
  }),
  lines: Lines,
  paymentMethod: z.enum(['pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_chargeDeclinedInsufficientFunds', 'pm_card_bankTimeout']),
})
export type OrderForm = z.infer<typeof OrderForm>
