import { runService } from '@pas-de-cinq/shared/service'
import { silently } from '@pas-de-cinq/shared/tracing'
import { z } from 'zod'
import { deadlines } from './deadline.ts'
import { countEndings } from './endings.ts'
import { PrismaClient } from './generated/client.ts'
import { http, spares } from './http.ts'
import { order } from './reactions.ts'
import { oldestOpen, store } from './store.ts'

await runService(order, {
  name: 'order',
  port: 3001,
  at: import.meta.url,
  config: {
    ORDER_DEADLINE_SECONDS: z.coerce.number().positive().default(900),
    JAEGER_URL: z.url().default('http://127.0.0.1:16686'),
  },
  database: (options) => new PrismaClient(options),
  store,
  spoken: countEndings,
  http: ({ db, perform, config: { JAEGER_URL } }) => http({ db, perform, jaegerUrl: JAEGER_URL.replace(/\/$/, '') }),
  spares,
  background: ({ db, perform, log, config: { ORDER_DEADLINE_SECONDS } }) =>
    deadlines({ oldestOpen: (limit) => silently(() => oldestOpen(db, limit)), perform, log, seconds: ORDER_DEADLINE_SECONDS }),
  prune: [{ table: 'timeline', column: 'at', days: 90 }],
})
