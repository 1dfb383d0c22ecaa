import { runService } from '@pas-de-cinq/shared/service'
import { PrismaClient } from './generated/client.ts'
import { http } from './http.ts'
import { shipping } from './reactions.ts'
import { store } from './store.ts'

await runService(shipping, {
  name: 'shipping',
  port: 3004,
  at: import.meta.url,
  database: (options) => new PrismaClient(options),
  store,
  http,
})
