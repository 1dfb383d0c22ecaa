import type { EventOf, Language } from './events.ts'
import type { Endings, Reaction } from './table.ts'

/** What a service's table asks, for its types alone. */
export const asking = <Outside>(): Outside | undefined => undefined

type AnswerOf<Outside, Name> = [Name] extends [never]
  ? undefined
  : Name extends keyof Outside
    ? Outside[Name] extends (...args: never[]) => Promise<infer Answer>
      ? Answer
      : never
    : never

type Asked<Outside, Event, State> = {
  [Name in keyof Outside]: Outside[Name] extends (event: infer E, state: infer S, ...more: never[]) => Promise<unknown>
    ? [Event, State] extends [E, S]
      ? Name
      : never
    : never
}[keyof Outside]

/**
 * A service's part in the dance: what it says, what it hears, and what comes of it.
 *
 * What a service knows of an order is a fold, by `evolve`, over what it has heard and said of it. When it hears an event, the shell
 * (react.ts) folds it in, lets `decide` say what follows, and folds that in too: `heard → evolve → decide → said → evolve`.
 * `ask` is the one way to the outside (a bank, a mail server). It runs before the transaction, with the state as it then was, and
 * runs again when that state has changed meanwhile or the transaction failed: it must be idempotent.
 */
export const choreography = <State, Says extends Language, Hears extends Language, Outside = Record<never, never>>(
  part: {
    says: Says
    hears: Hears
    initial: NoInfer<State>
    evolve: (state: State, event: EventOf<Says> | EventOf<Hears>) => State
    asks?: Outside | undefined
    /** a state in a word, for the trace */
    status?: (state: NoInfer<State>) => string
    /** the events with which an order ends, and the word for it: that of the state that follows */
    endings?: { readonly [T in keyof Says]?: string }
    /** the events that nobody has to hear: said for the record, and for who may come */
    unheard?: readonly (keyof Says & string)[]
    /** that nothing has to be given back when an order is cancelled under way */
    holds?: 'nothing'
  },
  reactions: (table: {
    /** an event of another service is heard */
    when: <
      W extends keyof Hears & string,
      T extends keyof Says & string = never,
      Name extends Asked<Outside, EventOf<Hears, W>, State> = never,
    >(
      type: W,
      reaction: {
        ask?: Name
        decide: (
          state: NoInfer<State>,
          event: EventOf<Hears, W>,
          answer: NoInfer<AnswerOf<Outside, Name>>,
        ) => readonly NoInfer<EventOf<Says, T>>[]
        says: readonly T[]
        /** a compensation: what it takes back */
        undoes?: keyof Says & string
      },
    ) => Reaction
    /** somebody asks over HTTP, or the clock strikes: a command, from outside, to this service alone */
    on: <Command, T extends keyof Says & string>(
      command: string,
      reaction: {
        decide: (state: NoInfer<State>, command: Command) => readonly NoInfer<EventOf<Says, T>>[]
        says: readonly T[]
        /** an order, under an id that was made for it: nothing of it is there to be locked or loaded. It is refused while the outbox is full */
        begins?: true
      },
    ) => Reaction
  }) => readonly Reaction[],
) => ({
  says: part.says,
  hears: part.hears,
  initial: part.initial,
  evolve: part.evolve,
  ...(part.status && { status: part.status }),
  ...(part.endings && { endings: part.endings as Endings }),
  ...(part.unheard && { unheard: part.unheard }),
  ...(part.holds && { holds: part.holds }),
  reactions: reactions({
    when: (when, reaction) => ({ when, from: 'another service', ...reaction }) as unknown as Reaction,
    on: (when, reaction) => ({ when, from: 'outside', ...reaction }) as unknown as Reaction,
  }),
})
