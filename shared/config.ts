import { z } from 'zod'
import { crashAt } from './crash.ts'

const milliseconds = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'has to be whole numbers of milliseconds, with commas between')
  .transform((list) => list.split(',').map(Number))

/** How long a failed delivery waits before it comes again, in milliseconds, one entry per retry. Part of the topology too. */
export const retryDelays = { RETRY_DELAYS_MS: milliseconds.default([500, 2_000, 8_000, 30_000, 120_000]) }

/** What every service is told by its environment; `port` is its usual one. */
export const commonVariables = (port: number) => ({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(port),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  ASKS: z.coerce.number().int().min(1).max(1_000).default(16),
  REQUESTS: z.coerce.number().int().positive().default(250),
  OUTBOX_MAX: z.coerce.number().int().positive().default(100_000),
  LAG_WARN_SECONDS: z.coerce.number().positive().default(60),
  RATE_LIMIT: z.coerce.number().nonnegative().default(0),
  ...retryDelays,
  ...crashAt,
})

/** Reads `variables` from the environment. What is wrong ends the process with one line that names the variable. */
export const configuration = <Shape extends z.ZodRawShape>(variables: Shape, env: NodeJS.ProcessEnv = process.env) => {
  const result = z.object(variables).safeParse(env)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  process.stderr.write(`Configuration: ${faults.join('; ')}\n`)
  process.exit(1)
}
