import { setTimeout as delay } from 'node:timers/promises'

/** Calls `arrive` for each arrival when it is due, in milliseconds of the epoch, whatever became of those before; ends with the last one, or with `enough`. */
export const arriving = async (perSecond: number, seconds: number, arrive: (nr: number, due: number) => void, enough: AbortSignal) => {
  const [began, total] = [Date.now(), Math.max(1, Math.round(perSecond * seconds))]
  const dueAt = (nr: number) => began + (nr / perSecond) * 1_000
  for (let nr = 0; nr < total && !enough.aborted; ) {
    for (; nr < total && dueAt(nr) <= Date.now() && !enough.aborted; nr++) arrive(nr, dueAt(nr))
    await delay(Math.max(1, dueAt(nr) - Date.now()), undefined, { signal: enough }).catch(() => {})
  }
}

/** Seconds, of a text such as `90s`, `10m` or `1h`. @throws when it is none */
export const secondsIn = (text: string): number => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? []
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3_600 }[unit] ?? 0)
  if (!(seconds > 0)) throw new Error(`--for ${text}? Say it as 90s, 10m or 1h.`)
  return seconds
}
