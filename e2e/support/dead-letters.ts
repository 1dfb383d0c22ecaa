import amqp from 'amqplib'
import { partsIn } from './system.ts'

const services = ['order', 'inventory', 'payment', 'shipping', 'email']

/** The services that have dead letters, with how many. */
export const deadLetters = async (folder?: string): Promise<Record<string, number>> => {
  const connection = await amqp.connect(partsIn(folder).rabbitmq.url)
  try {
    const channel = await connection.createChannel()
    const counts = await Promise.all(services.map(async (name) => [name, (await channel.checkQueue(`${name}.dead`)).messageCount] as const))
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  } finally {
    await connection.close()
  }
}
