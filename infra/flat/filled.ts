import amqp from 'amqplib'
import type { Ground } from '../bench/ground.ts'

const atOnce = 1_000
const body = Buffer.from(JSON.stringify({ what: 'nobody has taken yet', padding: 'x'.repeat(800) }))

/** Has so many events wait in a queue, as large as those of an order, and kept as safely. */
export const filled = async ({ handUrlsOf }: Ground, queue: string, many: number) => {
  const connection = await amqp.connect(handUrlsOf('postgres').AMQP_URL, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  for (let done = 0; done < many; done += atOnce) {
    for (let nr = done; nr < Math.min(many, done + atOnce); nr++) channel.sendToQueue(queue, body, { persistent: true })
    await channel.waitForConfirms()
  }
  await connection.close()
}
