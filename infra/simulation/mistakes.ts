import type { Ground } from '@pas-de-cinq/shared/ground'
import type { Session } from '@pas-de-cinq/shared/messaging/leadership'
import type { Choreography } from '@pas-de-cinq/shared/table'
import type { ConfirmChannel } from 'amqplib'
import type { Part } from './cast.ts'
import type { Tx } from './database.ts'
import { ofPlumbing } from './mistakes/plumbing.ts'
import { ofTables } from './mistakes/tables.ts'
import type { Life } from './scheduler.ts'

export type Shell = Ground<Tx, unknown>
export type Beside = { readonly part: Part; readonly of: Life }

/** A way to get it wrong: a table, or what the shell stands on, in another form. */
export type Mistake = {
  readonly table?: (name: string, table: Choreography) => Choreography
  readonly ground?: (sound: Shell, beside: Beside) => Shell
  readonly channel?: (sound: ConfirmChannel) => ConfirmChannel
  readonly session?: (sound: Session) => Session
  readonly bankForgets?: boolean
}

/** Each mistake that the simulation is known to find, by what it does. */
export const mistakes: Readonly<Record<string, Mistake>> = { ...ofPlumbing, ...ofTables }
