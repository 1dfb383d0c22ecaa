/** Whether a fault is a passing one, for which it is worth to wait. */
export type Patience = (error: unknown) => boolean

const longestPause = 2_000

/** Resolves after so many milliseconds, by the clock that a simulation may put in the place of this machine's. */
export const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Does `work`, and does it again, with growing pauses of up to 2 s, for as long as it fails with what `patient` takes for a passing fault. The
 * pauses differ by chance, so that nobody always comes after another.
 */
export const patiently = async <T>(work: () => Promise<T>, patient: Patience, pause = 50): Promise<T> => {
  for (let next = pause; ; next = Math.min(next * 2, longestPause))
    try {
      return await work()
    } catch (error) {
      if (!patient(error)) throw error
      await rest(next * (0.5 + Math.random() / 2))
    }
}
