import { runService } from '@pas-de-cinq/shared/service'
import { z } from 'zod'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { email } from './reactions.ts'
import { lettersAtOnce, smtp } from './smtp.ts'
import { store } from './store.ts'

await runService(email, {
  name: 'email',
  port: 3005,
  at: import.meta.url,
  config: { SMTP_URL: z.url({ protocol: /^smtps?$/ }).default('smtp://127.0.0.1:1025') },
  database: (options) => new PrismaClient(options),
  store,
  asks: ({ transact, config: { SMTP_URL } }) => smtp(transact, SMTP_URL),
  asksAtOnce: lettersAtOnce,
  http,
})
