type Timer = { due: number; readonly every: number | undefined; readonly run: () => void }

const began = Date.UTC(2026, 0, 1)

export type Clock = ReturnType<typeof virtualClock>

/**
 * Time that passes only when it is told to. While it is installed, whoever in this thread sets a timer or reads the clock has it; what is
 * due is handed to `ring`. An interval that several periods have passed by rings once, as it does in a process that was busy.
 */
export const virtualClock = (ring: (run: () => void) => void) => {
  const timers = new Map<object, Timer>()
  let now = began

  const set =
    (repeats: boolean) =>
    (work: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
      const handle = { ref: () => handle, unref: () => handle, hasRef: () => true }
      const after = Math.max(1, milliseconds)
      timers.set(handle, { due: now + after, every: repeats ? after : undefined, run: () => work(...args) })
      return handle
    }
  const clear = (handle: unknown) => void timers.delete(handle as object)
  const virtual = { setTimeout: set(false), setInterval: set(true), clearTimeout: clear, clearInterval: clear }

  const ringOne = (handle: object, timer: Timer) => {
    if (timer.every === undefined) timers.delete(handle)
    else timer.due = now + timer.every
    ring(timer.run)
  }
  return {
    now: () => now,
    next: () => timers.values().reduce((next, { due }) => Math.min(next, due), Number.POSITIVE_INFINITY),
    pass: (milliseconds: number) => {
      now += milliseconds
      const due = [...timers].filter(([, timer]) => timer.due <= now).sort(([, a], [, b]) => a.due - b.due)
      for (const [handle, timer] of due) ringOne(handle, timer)
    },
    /** resolves to what gives the thread its own time back */
    install: () => {
      const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis
      const real = { now: Date.now, random: Math.random }
      Object.assign(globalThis, virtual)
      Date.now = () => now
      Math.random = () => 0.5
      return () => {
        Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval })
        Date.now = real.now
        Math.random = real.random
      }
    },
  }
}
