import { log } from './log.ts'

/** For how many seconds the oldest event has waited; undefined while that is not known. */
type Ages = { readonly outbox: number | undefined; readonly queue: number | undefined }

const look = 1_000

/**
 * Watches whether an event waits for longer than `seconds`, in the outbox to be said or in the queue to be heard: it warns once when that
 * begins, and says once when it is over. While an age is not known it is not over.
 */
export const lagging = (seconds: number, ages: () => Ages) => {
  let lags = false
  const watch = () => {
    const { outbox, queue } = ages()
    const known = outbox !== undefined && queue !== undefined
    const now = Math.max(outbox ?? 0, queue ?? 0) > seconds || (lags && !known)
    const line = { outboxSeconds: rounded(outbox), queueSeconds: rounded(queue), warnedBeyondSeconds: seconds }
    if (now && !lags) log.warn(line, 'lags behind')
    if (!now && lags) log.info(line, 'lags behind no longer')
    lags = now
  }
  const timer = setInterval(watch, look)
  timer.unref()
  return { lags: () => lags, stop: () => clearInterval(timer) }
}

const rounded = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds))
