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
    /** Takes part until it has `ended`, be it that it was done, refused, or has gone. */
    enter: (turn: Turn, ended: Promise<void>) => {
      waiting.add(turn)
      admit()
      void ended.then(() => {
        waiting.delete(turn)
        underWay.delete(turn)
        admit()
      })
    },
    isFull: () => underWay.size >= atOnce,
    refuse: () => {
      for (const turn of waiting) {
        waiting.delete(turn)
        turn.refuse()
      }
    },
  }
}
