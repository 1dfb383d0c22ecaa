import type { Occasion } from '../../services/email/decisions.ts'
import type { Post } from '../../services/email/smtp.ts'
import type { Database } from './database.ts'
import { type Life, life } from './scheduler.ts'
import type { World } from './world.ts'

/**
 * The mail server, and email's own record of what it has taken. As in `services/email/smtp.ts` a letter's row is locked while it is sent and
 * marked once the server has accepted it: a crash between the two is the one way in which a letter may go out twice.
 */
export const postIn = (world: World, db: Database) => {
  const { note } = world
  const marked = db.table<number>()
  const accepted: string[] = []
  const waiting = new Set<(error: Error) => void>()
  let server: Life = life('mail server')

  /** resolves to the number under which the server has accepted it */
  const send = (letter: string) =>
    new Promise<number>((resolve, reject) => {
      waiting.add(reject)
      const taken = world.turn(server, () => {
        note('mail server', `takes the letter ${letter}`)
        return accepted.push(letter)
      })
      const told = taken.then((nr) => world.turn(server, () => nr))
      told.then(resolve, reject).finally(() => waiting.delete(reject))
    })

  const sendOnce = (of: Life, letter: string) =>
    db.transact(of)(async (tx) => {
      await db.lock(tx, [`letter ${letter}`])
      if (await db.statement(tx, () => marked.get(tx, letter))) return
      const nr = await send(letter)
      await db.statement(tx, () => marked.set(tx, letter, nr))
    })

  return {
    accepted,
    marked: marked.rows,
    postOf: (of: Life): Post => ({
      deliver: async ({ data: { orderId } }, { to, due }): Promise<readonly Occasion[]> => {
        if (!to) return []
        for (const occasion of due) await sendOnce(of, letterOf(occasion, orderId))
        return due
      },
    }),
    crash: () => {
      note('mail server', 'crashes')
      world.forget(server)
      server.alive = false
      server = life('mail server')
      for (const hangUp of [...waiting]) hangUp(new Error('the mail server has hung up'))
    },
  }
}

export const letterOf = (occasion: string, orderId: string) => `${occasion} of ${orderId}`
