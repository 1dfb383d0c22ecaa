import amqp, { type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import pg from 'pg'
import { committing, type Event, type Tx } from './committing.ts'

const batch = 200

/**
 * What a safe service comes to, by hand: pg and amqplib alone, and as little of them as will do. Its effect and its events are committed together
 * (outbox), published with confirms, persistent, to quorum queues, and what it hears counts once (inbox). It neither locks orders, nor loads and
 * checks anything, nor retries, nor keeps what failed, nor is traced: what fails ends the process. A limit to compare with, not a service to run.
 */
export const byHand = async (exchange: string) => {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 40 })
  const connection = await amqp.connect(String(process.env['AMQP_URL']), { noDelay: true })
  const wake = relay(pool, await connection.createConfirmChannel(), exchange)
  const hears = await connection.createChannel()
  const commit = committing(pool, wake)

  /** Hears a queue: `most` deliveries in one transaction, `atOnce` of these at a time; `work` gets the events that are new. */
  const hear = async (queue: string, { most, atOnce }: Bounds, work: (tx: Tx, events: readonly Event[]) => Promise<unknown>) => {
    const waiting: ConsumeMessage[] = []
    let free = atOnce
    const take = async (deliveries: readonly ConsumeMessage[]) => {
      const events = deliveries.map(({ content }) => JSON.parse(content.toString()) as Event)
      await commit(async (tx) => {
        const inbox = 'insert into inbox select unnest($1::uuid[]) on conflict do nothing returning event_id'
        const { rows } = await tx.run('inbox', inbox, [events.map(({ id }) => id)])
        const first = new Set(rows.map(({ event_id }) => event_id))
        await work(
          tx,
          events.filter(({ id }) => first.has(id)),
        )
      })
      for (const delivery of deliveries) hears.ack(delivery)
    }
    const drain = async () => {
      free--
      while (waiting.length > 0) await take(waiting.splice(0, most))
      free++
    }
    await hears.prefetch(most * atOnce * 3)
    await hears.consume(queue, (delivery) => {
      waiting.push(delivery as ConsumeMessage)
      if (free > 0) void drain()
    })
  }

  wake()
  return { commit, hear }
}
type Bounds = { readonly most: number; readonly atOnce: number }

/** Publishes what the outbox holds, up to 200 rows at a time, and forgets them once the broker has confirmed them all. */
const relay = (pool: pg.Pool, channel: ConfirmChannel, exchange: string) => {
  let working = false
  let woken = false
  const round = async () => {
    const { rows } = await pool.query({
      name: 'claim',
      text: `select id::text, event_id, type, body from outbox order by id limit ${batch}`,
    })
    if (rows.length === 0) return
    for (const { event_id: messageId, type, body } of rows)
      channel.publish(exchange, type, Buffer.from(body), { messageId, type, persistent: true, mandatory: true })
    await channel.waitForConfirms()
    await pool.query({ name: 'forget', text: 'delete from outbox where id = any($1::bigint[])', values: [rows.map(({ id }) => id)] })
    woken ||= rows.length === batch
  }
  const work = async () => {
    while (woken) {
      woken = false
      await round()
    }
    working = false
  }
  return () => {
    woken = true
    if (working) return
    working = true
    void work()
  }
}
