import { readOr } from '../native/family.ts'

type Ticks = { readonly used: number; readonly stolen: number }

/** What the first line of Linux's `/proc/stat` tells: how much CPU was used, and how much was wanted and given to others on the same host. */
export const ticksIn = (stat: string): Ticks => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = (/^cpu +(.*)/.exec(stat)?.[1] ?? '').split(' ').map(Number)
  return { used: user + nice + system + irq + softirq, stolen }
}

/** The share of the CPU wanted between two moments that was given to others, from 0 to 1; 0 where nobody tells. */
export const stolenBetween = (before: Ticks, after: Ticks): number => {
  const [used, stolen] = [after.used - before.used, after.stolen - before.stolen]
  return used + stolen > 0 ? stolen / (used + stolen) : 0
}

/** The same now. */
export const ticks = (): Ticks => ticksIn(readOr('/proc/stat'))
