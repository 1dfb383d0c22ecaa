import { z } from 'zod'

/** The moments at which a death would hurt most, if anything could be lost or counted twice. */
export const moments = [
  'after commit before publish',
  'after publish before mark',
  'after effect before ack',
  'after ask before commit',
] as const
/** One of them. */
export type Moment = (typeof moments)[number]

/** The one switch of `passing`; a moment that there is not ends the process at its start. */
export const crashAt = { CRASH_AT: z.enum(moments).optional() }

const fatal = process.env['CRASH_AT']

/** Says that this process has come to that moment. If `CRASH_AT` names it, the process ends there as by `kill -9`; else nothing happens. */
export const passing = (moment: Moment): void => {
  if (moment !== fatal) return
  process.kill(process.pid, 'SIGKILL')
  process.abort() // the first process of a container is safe from its own signals
}
