/** Does `work` whenever it is asked for, once at a time: however often that is meanwhile, it is then done once more. */
export const coalescing = (work: () => Promise<void>) => {
  let wanted = false
  let working = false
  return async () => {
    wanted = true
    if (working) return
    working = true
    try {
      while (wanted) {
        wanted = false
        await work()
      }
    } finally {
      working = false
    }
  }
}
