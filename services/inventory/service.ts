import { runService } from '@pas-de-cinq/shared/service'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { inventory } from './reactions.ts'
import { store } from './store.ts'

await runService(inventory, {
  name: 'inventory',
  port: 3002,
  at: import.meta.url,
  database: (options) => new PrismaClient(options),
  store,
  http: ({ db }) => http({ db }),
})
