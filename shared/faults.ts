/** What was thrown, as it may be shown in logs, spans and dead letters. */
export type Fault = { readonly name: string; readonly message: string; readonly stack: string }

const tooMuch = 4_000

/**
 * What was thrown, whatever it was. Of a statement that the database refused only the code is told, where its message may quote a value, and so
 * personal data.
 */
export const faultOf = (thrown: unknown): Fault => {
  const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown))
  const refused = quoting(thrown, message)
  const told = refused ? `the database refused a statement (${refused})` : message
  return { name, message: told.slice(0, tooMuch), stack: stack.replace(message, told).slice(0, tooMuch) }
}

const quoting = (thrown: unknown, message: string): string | undefined => {
  const { code, severity } = (thrown ?? {}) as { code?: string; severity?: string }
  if (code === 'P2010') return /Code: `(\w+)`/.exec(message)?.[1] ?? 'unknown code'
  return severity && /^22\w{3}$/.test(code ?? '') ? code : undefined
}
