import { availableParallelism } from 'node:os'
import { Tinypool } from 'tinypool'
import type { Search, Searched } from './search.ts'

const atOnce = 250

/** From one seed a different one for each part of a search, the first of which is the seed itself. */
const seedOf = (seed: number, part: number) => (seed + Math.imul(part, 0x9e3779b9)) & 0x7fffffff

/** Threads that search, each with a time of its own. */
export const searchers = (threads = availableParallelism()) => {
  const filename = new URL('worker.ts', import.meta.url).href
  const pool = new Tinypool({ filename, minThreads: threads, maxThreads: threads, resourceLimits: { maxYoungGenerationSizeMb: 64 } })
  return { threads, search: (wanted: Search): Promise<Searched> => pool.run(wanted), end: () => pool.destroy() }
}

/**
 * Dances on all cores, part by part, and stops at the first schedule that breaks a promise. `progress` is told how many schedules more are done.
 * What it finds has the seed of its own part: a search from there, at that path, comes to it at once.
 */
export const searchAll = async (wanted: Search, progress: (schedules: number) => void = () => {}): Promise<Searched> => {
  const parts = Array.from({ length: Math.ceil(wanted.schedules / atOnce) }, (_, part) => part)
  const { threads, search, end } = searchers(Math.min(availableParallelism(), parts.length))
  const all: Searched[] = []

  const work = async () => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const schedules = Math.min(atOnce, wanted.schedules - part * atOnce)
      const searched = await search({ ...wanted, seed: seedOf(wanted.seed, part), schedules })
      all.push(searched)
      progress(searched.schedules)
      if (searched.finding) parts.length = 0
    }
  }
  try {
    await Promise.all(Array.from({ length: threads }, work))
  } finally {
    await end()
  }
  return together(all)
}

const together = (all: readonly Searched[]): Searched => {
  const seen: Record<string, number> = {}
  for (const part of all) for (const [what, times] of Object.entries(part.seen)) seen[what] = (seen[what] ?? 0) + times
  const [finding] = all.flatMap(({ finding }) => finding ?? [])
  const sum = (of: (part: Searched) => number) => all.reduce((sum, part) => sum + of(part), 0)
  return { schedules: sum(({ schedules }) => schedules), steps: sum(({ steps }) => steps), seen, ...(finding && { finding }) }
}
