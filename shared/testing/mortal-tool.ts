import { withDeadLetters } from '../messaging/dead-queue.ts'
import { discard, sendAgain } from '../messaging/redrive.ts'

// Sends all dead letters of the counting service again, or discards them, and is killed AT the tenth, at the POINT named.
const { AMQP_URL = '', POINT, DO } = process.env
let left = 10
const dieAt = (point: string) => void (POINT === point && --left === 0 && process.kill(process.pid, 'SIGKILL'))

await withDeadLetters(AMQP_URL, 'points', async (inHand) => {
  const mortal: typeof inHand = {
    ...inHand,
    publish: async (...message) => {
      dieAt('before the publish')
      const confirmed = inHand.publish(...message)
      setImmediate(() => dieAt('before the confirm'))
      await confirmed
      dieAt('after the confirm')
    },
    settle: (letter) => {
      inHand.settle(letter)
      setImmediate(() => dieAt('after the ack'))
    },
  }
  await (DO === 'discard' ? discard(mortal, mortal.letters, 'by a test') : sendAgain(mortal, mortal.letters))
})
