export type Undo = ReturnType<typeof undoing>

/** What is in force, and how each of it is undone. */
export const undoing = () => {
  const inForce = new Set<() => Promise<void>>()
  let ended = false
  return {
    /**
     * To be called before something is put into force. What it returns undoes that, once, whoever comes first: its caller, or `all`.
     * @throws once all is undone: nothing more is put into force then
     */
    by(work: () => unknown): () => Promise<void> {
      if (ended) throw new Error('nothing more is done to the system')
      const once = async () => {
        if (inForce.delete(once)) await work()
      }
      inForce.add(once)
      return once
    },
    /** Undoes all that is in force, for good; resolves to why it could not be. */
    async all(): Promise<string[]> {
      ended = true
      const outcomes = await Promise.allSettled([...inForce].map((undo) => undo()))
      return outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []))
    },
  }
}
