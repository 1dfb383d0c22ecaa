import { validate as isUuid } from 'uuid'
import type { Sql } from '../database.ts'
import { isAway } from '../database-faults.ts'
import { patiently } from '../patiently.ts'
import { Unprocessable } from './envelope.ts'

/** Watches over deliveries that have come several times without an end. */
export type Suspects = { watched: <T>(eventId: string, work: () => Promise<T>) => Promise<T> }

const tooOften = 5
const begin = `insert into messaging.suspect as known (event_id, times) values ($1::uuid, 1)
  on conflict (event_id) do update set times = known.times + 1 returning times`

/**
 * Counts, where a death of the process does not forget it, how often such work was begun and the process has died within `harmless`
 * milliseconds; once in each life, however often the work is begun in it because a connection was lost. What takes longer, since what it asks is
 * away, is forgiven: it may be ended with its process any number of times.
 * @throws Unprocessable when the process has died five times so
 */
export const suspectsIn = (db: Sql, harmless = 5_000): Suspects => {
  const counted = new Set<string>()
  const count = async (eventId: string): Promise<number> => {
    if (counted.has(eventId)) return 0
    counted.add(eventId)
    const [row] = await patiently(() => db.$queryRawUnsafe<{ times: number }[]>(begin, eventId), isAway)
    return row?.times ?? 0
  }
  const forgive = async (eventId: string) => {
    if (!counted.has(eventId)) return
    await db.$executeRawUnsafe('delete from messaging.suspect where event_id = $1::uuid', eventId).catch(() => {})
    counted.delete(eventId)
  }

  return {
    async watched(eventId, work) {
      if (!isUuid(eventId))
        throw new Unprocessable('it has come several times without an end, and its message id, by which to count, is none')
      let lingers: NodeJS.Timeout | undefined
      try {
        const times = await count(eventId)
        lingers = setTimeout(() => void forgive(eventId), harmless).unref()
        if (times > tooOften) throw new Unprocessable(`the process ended ${tooOften} times while it processed this, alone`)
        return await work()
      } finally {
        clearTimeout(lingers)
        await forgive(eventId)
      }
    },
  }
}
