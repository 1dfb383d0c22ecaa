import { log } from './log.ts'

const longestEnd = 4_500

type Life = { readonly begin: () => Promise<void>; readonly end: () => Promise<void> }

/** The life of a process: it begins, and ends with SIGTERM or SIGINT, after 4.5 s at the latest. One that cannot begin says why, and exits with 1. */
export const live = async (name: string, { begin, end }: Life): Promise<void> => {
  const die = async () => {
    setTimeout(() => process.exit(0), longestEnd).unref()
    await end()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void die())
  await begin().catch((error: Error) => {
    log.fatal({ reason: error.message }, `${name} cannot start: ${error.message}`)
    process.exit(1)
  })
}
