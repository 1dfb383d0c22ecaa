import { AsyncResource } from 'node:async_hooks'

type Turn = { readonly begin: () => void; readonly refuse: () => void }

/** Has `atOnce` be under way at a time. Who comes beyond waits in line, in the order of coming, until it is his turn, or all who wait are refused. */
export const inLine = (atOnce: number) => {
  const waiting = new Set<Turn>()
  const underWay = new Set<Turn>()
  const admit = () => {
    for (const turn of waiting) {
      if (underWay.size >= atOnce) return
      waiting.delete(turn)
      underWay.add(turn)
      turn.begin()
    }
  }
  return {
    /** Takes part until it has `ended`, be it that it was done, refused, or has gone; what it does, it does in its own context, whoever made room. */
    enter: ({ begin, refuse }: Turn, ended: Promise<void>) => {
      const turn = { begin: AsyncResource.bind(begin), refuse: AsyncResource.bind(refuse) }
      waiting.add(turn)
      admit()
      void ended.then(() => {
        waiting.delete(turn)
        underWay.delete(turn)
        admit()
      })
    },
    underWay: () => underWay.size,
    refuse: () => {
      for (const turn of waiting) {
        waiting.delete(turn)
        turn.refuse()
      }
    },
  }
}

const most = 4_000

/** Does what is added one by one, each with a call of `next`, or after so many milliseconds; at once beyond 4,000 that wait. Who has ended is forgotten. */
export const inTheirTime = (longest: number) => {
  const waiting = new Set<() => void>()
  return {
    add: (work: () => void, ended: Promise<void>) => {
      if (waiting.size >= most) return work()
      const forget = () => {
        waiting.delete(now)
        clearTimeout(timer)
      }
      const now = AsyncResource.bind(() => {
        forget()
        work()
      })
      const timer = setTimeout(now, longest)
      waiting.add(now)
      void ended.then(forget)
    },
    next: () => {
      const [oldest] = waiting
      oldest?.()
    },
  }
}
