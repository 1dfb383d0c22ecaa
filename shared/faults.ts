/** What was thrown, as it may be shown in logs, spans and dead letters. */
export type Fault = { readonly name: string; readonly message: string; readonly stack: string }

const tooMuch = 4_000

/**
 * What was thrown, whatever it was. Of a statement that the database refused only the code is told: its message may quote a value, and so
 * personal data.
 */
export const faultOf = (thrown: unknown): Fault => {
  const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown))
  const told =
    (thrown as { code?: unknown } | undefined)?.code === 'P2010' ? `the database refused a statement (${sqlState(message)})` : message
  return { name, message: told.slice(0, tooMuch), stack: stack.replace(message, told).slice(0, tooMuch) }
}

const sqlState = (message: string) => /Code: `(\w+)`/.exec(message)?.[1] ?? 'unknown code'
