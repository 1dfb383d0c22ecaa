import { SpanKind } from '@opentelemetry/api'
import type { Perform } from '@pas-de-cinq/shared/command'
import { inSpan } from '@pas-de-cinq/shared/tracing'
import type { Cancelling } from './decisions.ts'

type Open = { readonly id: string; readonly placedAt: Date }
type Parts = {
  readonly oldestOpen: (limit: number) => Promise<readonly Open[]>
  readonly perform: Perform
  readonly log: { readonly warn: (details: object, message: string) => void }
  readonly seconds: number
  readonly now?: () => number
}

const atOnce = 100
const longestRest = 30_000
const restAfterFault = 5_000

export const deadlines = ({ oldestOpen, perform, log, seconds, now = Date.now }: Parts) => {
  const rest = Math.min(longestRest, seconds * 1_000)
  const dueAt = ({ placedAt }: Open) => placedAt.getTime() + seconds * 1_000

  const endAll = async (overdue: readonly Open[]) => {
    const ends = await Promise.allSettled(overdue.map(({ id }) => perform(ending(id))))
    const failed = ends.find(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
  }
  const round = async (): Promise<number> => {
    const open = await oldestOpen(atOnce)
    const overdue = open.filter((order) => dueAt(order) <= now())
    if (overdue.length > 0) await inSpan('deadlines', { kind: SpanKind.INTERNAL }, () => endAll(overdue))
    const next = open[overdue.length]
    if (next) return Math.min(rest, Math.max(0, dueAt(next) - now()))
    return open.length === atOnce ? 0 : rest
  }
  const tryRound = () =>
    round().catch((error: unknown) => {
      log.warn({ err: error }, 'the deadlines have to wait')
      return restAfterFault
    })

  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void>
  const watch = async () => {
    const wait = await tryRound()
    if (!stopped) timer = setTimeout(again, wait)
  }
  const again = () => {
    running = watch()
  }
  again()

  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

const ending = (orderId: string) => {
  const data: Cancelling = { orderId, reason: 'overdue' }
  return { type: 'deadline', subject: orderId, data }
}
