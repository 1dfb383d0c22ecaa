import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

const pause = 50

/** Looks until it is as it should be, or nothing has changed for so many milliseconds; resolves to what was seen last. */
export const untilStill = async <T>(look: () => Promise<T>, isSo: (seen: T) => boolean, patience = 20_000): Promise<T> => {
  let seen = await look()
  for (let changed = Date.now(); !isSo(seen) && Date.now() - changed < patience; ) {
    await delay(pause)
    const now = await look()
    if (!isDeepStrictEqual(now, seen)) changed = Date.now()
    seen = now
  }
  return seen
}

/** Resolves once it is so. */
export const until = async (isSo: () => Promise<boolean>) => {
  while (!(await isSo())) await delay(pause)
}
