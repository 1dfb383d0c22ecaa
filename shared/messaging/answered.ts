import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { ChannelModel } from 'amqplib'
import { inTime } from '../in-time.ts'

const patience = 15_000

/** Does `work` on a connection, which it cuts when that has not come to its end within 15 s. @throws what `work` threw; that there was no answer */
export const answered = <T>(model: ChannelModel, work: () => Promise<T>): Promise<T> =>
  inTime(patience, work, () => {
    const fault = new Error('the broker takes the connection, and does not answer')
    ;(model.connection as unknown as { stream: Socket }).stream.destroy(fault) // told so, amqplib waits for no farewell
    return fault
  })

/** Has `close` end a connection, within 15 s; one that is lost meanwhile is told by its end, since no answer comes any more. */
export const farewell = (model: ChannelModel, close: () => Promise<void> = () => model.close()): Promise<unknown> =>
  answered(model, () => Promise.race([close(), once(model, 'close')])).catch(() => {})
