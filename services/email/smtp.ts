import type { Correspondence, Heard, Occasion } from './decisions.ts'

/**
 * Sends what is due, if the address is known, and says which letters have gone out. It may be asked again, so it keeps a record of its own,
 * as the bank does: a letter that the server has accepted is not sent twice.
 */
export type Post = {
  deliver: (event: Heard, letters: Correspondence) => Promise<readonly Occasion[]>
}
