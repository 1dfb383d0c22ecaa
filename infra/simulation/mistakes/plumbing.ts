import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import type { Received } from '@pas-de-cinq/shared/messaging/inbox'
import type { Session } from '@pas-de-cinq/shared/messaging/leadership'
import type { Row } from '@pas-de-cinq/shared/messaging/sending'
import { events } from '@pas-de-cinq/shared/messaging/topology'
import { together } from '@pas-de-cinq/shared/together'
import type { ConfirmChannel } from 'amqplib'
import type { Tx } from '../database.ts'
import type { Beside, Mistake, Shell } from '../mistakes.ts'

const outsideOf = ({ part: { db }, of }: Beside) => db.transact(of)
const inboxOf = (shell: Shell, inbox: Partial<Shell['inbox']>): Shell => ({ ...shell, inbox: { ...shell.inbox, ...inbox } })
const channelWith = (sound: ConfirmChannel, other: object): ConfirmChannel => Object.assign(Object.create(sound), other)
const subjectsOf = (about: readonly { readonly subject: string }[]) => about.map(({ subject }) => subject)
const lockedAlone = (event: Received): Received => ({ ...event, subject: event.id })

/** Says what was said once the effect is committed, in a transaction of its own. */
const sayingAfter = (shell: Shell, beside: Beside): Shell => {
  const unsaid = new Map<Tx, readonly Event[]>()
  return {
    ...shell,
    outbox: {
      append: async (tx, said) => {
        unsaid.set(tx, said)
        return { written: [], earlier: [] }
      },
    },
    transact: async (work) => {
      let mine: Tx | undefined
      const result = await shell.transact((tx) => {
        mine = tx
        return work(tx)
      })
      const said = mine && unsaid.get(mine)
      if (said) await outsideOf(beside)((own) => shell.outbox.append(own, said, []))
      return result
    },
  }
}

const forgettingAll = (sound: Session): Session => {
  let claimed: readonly string[] = []
  const query = async (statement: { readonly name: string; readonly values: unknown[] }) => {
    if (statement.name === 'forget') return sound.query({ ...statement, values: [claimed] } as never)
    const claim = await sound.query<Row>(statement as never)
    claimed = claim.rows.map(({ id }) => id)
    return claim
  }
  return { ...sound, query: query as Session['query'] }
}

/** Mistakes in the plumbing: what the shell, the relay and the consumer stand on. */
export const ofPlumbing: Readonly<Record<string, Mistake>> = {
  'an event is published before its effect is committed': {
    ground: (shell, beside) => ({
      ...shell,
      outbox: { append: (_, said, causes) => outsideOf(beside)((own) => shell.outbox.append(own, said, causes)) },
    }),
  },
  'an event is published after its effect is committed, without an outbox': { ground: sayingAfter },
  'there is no inbox': {
    ground: (shell) =>
      inboxOf(shell, {
        begin: async (tx, heard) => {
          await shell.inbox.lock(tx, subjectsOf(heard))
          return new Set(heard.map(({ id }) => id))
        },
        known: async () => new Set(),
      }),
  },
  'the inbox is claimed outside of the transaction of the effect': {
    ground: (shell, beside) =>
      inboxOf(shell, {
        begin: async (tx, heard) => {
          const [, fresh] = await together(
            () => shell.inbox.lock(tx, subjectsOf(heard)),
            () => outsideOf(beside)((own) => shell.inbox.begin(own, heard.map(lockedAlone))),
          )
          return fresh
        },
      }),
  },
  'orders are not locked': {
    ground: (shell) =>
      inboxOf(shell, {
        begin: (tx, heard) => shell.inbox.begin(tx, heard.map(lockedAlone)),
        lock: (tx) => shell.inbox.lock(tx, []),
      }),
  },
  'a delivery is acked before its effect is committed': {
    channel: (sound) =>
      channelWith(sound, {
        consume: (queue: string, take: (delivery: object) => void) =>
          sound.consume(queue, (delivery) => {
            if (!delivery) return
            sound.ack(delivery)
            take(delivery)
          }),
        ack: () => {},
      }),
  },
  'the relay forgets a row before the broker has confirmed it': {
    channel: (sound) => unconfirmed(sound, (exchange) => exchange === events),
  },
  'the relay forgets a whole batch once one of it is confirmed': { session: forgettingAll },
  'what was just committed is sent at once, whatever its order has waiting': {
    ground: (shell) => ({
      ...shell,
      spoken: (said, written) =>
        shell.spoken(
          said,
          written.map((row) => ({ ...row, after: [] })),
        ),
    }),
  },
  'what failed is acked before its retry is confirmed': { channel: (sound) => unconfirmed(sound, (exchange) => exchange !== events) },
}

const unconfirmed = (sound: ConfirmChannel, which: (exchange: string) => boolean): ConfirmChannel =>
  channelWith(sound, {
    publish: (exchange: string, key: string, content: Buffer, options: object, settle: (error: unknown) => void) => {
      sound.publish(exchange, key, content, options, which(exchange) ? () => {} : settle)
      if (which(exchange)) settle(null)
    },
  })
