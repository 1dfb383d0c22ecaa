import type { Channel, ConsumeMessage } from 'amqplib'

/**
 * Acknowledges deliveries in as few frames as it can: together up to the first that is still open, the others one by one.
 * An ack for many never passes a delivery that is still open. Whatever is acked after its channel has closed is delivered again.
 */
export const acknowledging = (channel: Channel) => {
  const open = new Set<ConsumeMessage>() // in the order of arrival
  const done = new Set<ConsumeMessage>()
  let closed = false
  channel.on('close', () => (closed = true))

  const flush = () => {
    try {
      if (!closed) settle()
    } catch {
      closed = true // the channel is closing: the broker delivers again what it has no ack for
    }
  }
  const settle = () => {
    let last: ConsumeMessage | undefined
    for (const delivery of open) {
      if (!done.delete(delivery)) break
      open.delete(delivery)
      last = delivery
    }
    if (last) channel.ack(last, true)
    for (const delivery of done) {
      open.delete(delivery)
      channel.ack(delivery)
    }
    done.clear()
  }
  return {
    opened: (delivery: ConsumeMessage) => void open.add(delivery),
    ack: (delivery: ConsumeMessage) => {
      if (done.size === 0) setImmediate(flush)
      done.add(delivery)
    },
    flush,
    isOpen: () => !closed,
    /** how many deliveries are neither acked nor about to be */
    unsettled: () => open.size - done.size,
    /** the deliveries that are neither acked nor about to be, in the order of arrival */
    pending: () => [...open].filter((delivery) => !done.has(delivery)),
  }
}

/** The acks of one channel. */
export type Acks = ReturnType<typeof acknowledging>
