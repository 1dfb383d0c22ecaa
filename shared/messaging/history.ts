import type { Message } from 'amqplib'
import { events } from './topology.ts'

const most = 20

/** What has befallen a message since it was said, a line each; what its publisher may have written there himself does not count. */
export const historyOf = ({ fields, properties: { headers } }: Message): string[] => {
  const lines: unknown = fields.exchange === events ? [] : headers?.['x-history']
  return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : []
}

/** That history and what happens now, as headers; the last 20 lines of it are kept. */
export const withHistory = (message: Message, happens: string) => ({
  'x-history': [...historyOf(message), `${new Date().toISOString()} ${happens.slice(0, 300)}`].slice(-most),
})
