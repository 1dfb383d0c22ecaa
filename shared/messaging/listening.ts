/** Finds out whether the broker has forgotten who listens on a channel, as one that has died can. */
export const listening = () => {
  let came = 0
  let last = { came, idle: 0 }
  return {
    came() {
      came++
    },
    /** Whether, twice in a row, events wait, nothing is in hand, and nothing has come since it was last asked. */
    async isForgotten(inHand: number, waiting: () => Promise<number>): Promise<boolean> {
      const isIdle = came === last.came && inHand === 0 && (await waiting()) > 0
      last = { came, idle: isIdle ? last.idle + 1 : 0 }
      return last.idle >= 2
    },
  }
}
