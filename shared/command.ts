import type { Event } from './messaging/envelope.ts'
import type { Cue } from './store.ts'

/**
 * What somebody asks of this service alone, over HTTP or by the clock: `type` is the name of its row in the table.
 * `claim` makes it idempotent: the key is taken in the transaction of the effect, and a second command with it changes nothing.
 */
export type Command = Cue & { readonly claim?: { readonly key: string; readonly fingerprint: string } }

/**
 * What came of a command. `done`: decided, with what was said (nothing, when the state did not allow it).
 * `repeated`: the key had been claimed, with the same fingerprint, for the order named. `mismatch`: with another fingerprint.
 */
export type Performed =
  | { readonly is: 'done'; readonly said: readonly Event[] }
  | { readonly is: 'repeated'; readonly subject: string }
  | { readonly is: 'mismatch' }

/** Resolves after the commit. @throws when the database is away: then nothing is known to have happened, and the claim makes a repeat safe. */
export type Perform = (command: Command) => Promise<Performed>
