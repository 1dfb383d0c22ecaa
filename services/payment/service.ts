import { runService } from '@pas-de-cinq/shared/service'
import { simulatedBank } from './bank.ts'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { payment } from './reactions.ts'
import { store } from './store.ts'

await runService(payment, {
  name: 'payment',
  port: 3003,
  at: import.meta.url,
  database: (options) => new PrismaClient(options),
  store,
  asks: ({ transact }) => simulatedBank(transact),
  http,
})
