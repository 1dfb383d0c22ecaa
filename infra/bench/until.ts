import { setTimeout as delay } from 'node:timers/promises'

const look = 50

/** Resolves once it is so. */
export const until = async (isSo: () => Promise<boolean>) => {
  while (!(await isSo())) await delay(look)
}
