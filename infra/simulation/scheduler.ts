/** A process, as far as it can die: what it still had to do dies with it. */
export type Life = { readonly name: string; alive: boolean; stumbles: boolean }

export const life = (name: string): Life => ({ name, alive: true, stumbles: false })

type Step = { readonly of: Life | undefined; readonly run: () => void }

export type Scheduler = ReturnType<typeof scheduler>

/**
 * Lets everything that waits in the simulation go on one step at a time, in an order that `choices` alone decide. Between two steps whatever
 * has been set going runs until it waits again. A choice of 0, and every choice after the last, takes the step that has waited longest.
 */
export const scheduler = (choices: Uint32Array) => {
  const steps: Step[] = []
  let drawn = 0

  const soon = (of: Life | undefined, run: () => void) => void steps.push({ of, run })
  return {
    /** the next choice */
    draw: () => choices[drawn++] ?? 0,
    left: () => choices.length - drawn,
    soon,
    /** resolves to what `work` comes to, at a moment of the scheduler's choice; never, if that life ends before */
    turn: <T>(of: Life | undefined, work: () => T): Promise<Awaited<T>> =>
      new Promise((resolve, reject) =>
        soon(of, () => {
          try {
            resolve(work() as Awaited<T>)
          } catch (error) {
            reject(error)
          }
        }),
      ),
    waiting: () => steps.length,
    /** takes one of the steps that wait */
    step: (choice: number) => {
      const [step] = steps.splice(choice % steps.length, 1)
      if (step && step.of?.alive !== false) step.run()
    },
    /** what that life still had to do is not done */
    forget: (of: Life) => {
      const others = steps.filter((step) => step.of !== of)
      steps.splice(0, steps.length, ...others)
    },
  }
}
