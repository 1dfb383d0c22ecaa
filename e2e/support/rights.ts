import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import pg from 'pg'
import { passwordOf } from '../../infra/passwords.ts'
import { partsIn } from './system.ts'

export type Attempt = (channel: ConfirmChannel) => unknown

/** The broker's address, for somebody else than the administrator. */
export const brokerUrlAs = (username: string, password = passwordOf(username)) =>
  Object.assign(new URL(partsIn().rabbitmq.url), { username, password }).href

/** Somebody at the broker, whose attempts are answered: by nothing when the broker lets one be, else by why not. */
export const guestAt = async (username: string) => {
  const connection: ChannelModel = await amqp.connect(brokerUrlAs(username), { noDelay: true })
  return {
    async answerTo(attempt: Attempt): Promise<string> {
      let refusal = ''
      const channel = await connection.createConfirmChannel()
      channel.on('error', (error: Error) => {
        refusal = error.message
      })
      try {
        await attempt(channel)
        await channel.waitForConfirms()
        await channel.close()
        return refusal
      } catch (error) {
        return refusal || (error as Error).message
      }
    },
    [Symbol.asyncDispose]: () => connection.close(),
  }
}

/** Somebody at PostgreSQL, whose statements are answered: by rows, or by why not. */
export const queriedAs =
  (username: string, password = passwordOf(username)) =>
  async (statement: string, database = username): Promise<unknown[] | string> => {
    const url = Object.assign(new URL(partsIn().postgres.url), { username, password, pathname: `/${database}` })
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 })
    try {
      await client.connect()
      return (await client.query(statement)).rows
    } catch (error) {
      return (error as Error).message
    } finally {
      await client.end().catch(() => {})
    }
  }
