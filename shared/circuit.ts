import { BrokenCircuitError, CircuitState, circuitBreaker, ExponentialBackoff, handleWhen } from 'cockatiel'
import { faultOf } from './faults.ts'
import { log } from './log.ts'
import { Unprocessable } from './messaging/envelope.ts'
import { patiently } from './patiently.ts'

/** What was asked cannot be reached, and nobody who asks is to blame: it is asked again, at the cost of no attempt, until it answers. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

type Turn = <T>(question: () => Promise<T>) => Promise<T>

/** Through which a service asks what is outside, so that nobody's attempts are used up while that is away. */
export type Circuit = {
  /** Asks for an order when its `turn` comes, or when whoever is asked is there again; who waits for that takes up no turn. */
  readonly ask: <T>(orderId: string, question: () => Promise<T>, turn?: Turn) => Promise<T>
  readonly isOpen: () => boolean
}

const ordersInARow = 10
const withoutTurn: Turn = (question) => question()

/**
 * A circuit breaker around what a service asks. It opens when that is `Unreachable`, or has failed ten different orders in a row. Then everybody
 * waits, while one after the other asks again, after half a second and then with growing pauses of up to 5 s, until one is answered; what failed
 * with the circuit open waits too, and has used up no attempt. A refusal is an answer, and one order that fails time and again opens nothing.
 * @throws what the question threw while the circuit stayed closed
 */
export const circuit = (whose: string, { first = 500, longest = 5_000 } = {}): Circuit => {
  const failing = new Set<string>()
  let unreachable = false
  let open = false
  const answered = () => {
    failing.clear()
    unreachable = false
  }
  const policy = circuitBreaker(
    handleWhen((error) => !(error instanceof Unprocessable)),
    {
      halfOpenAfter: new ExponentialBackoff({ initialDelay: first, maxDelay: longest }),
      breaker: { state: undefined, success: answered, failure: () => unreachable || failing.size >= ordersInARow },
    },
  )
  policy.onBreak((fault) => {
    if (!open)
      log.warn({ reason: 'error' in fault ? faultOf(fault.error).message : undefined }, `what ${whose} asks is away: its events wait`)
    open = true
  })
  policy.onReset(() => {
    open = false
    log.info(`what ${whose} asks is there again`)
  })
  const noted = (orderId: string) => (error: Error) => {
    if (error instanceof Unprocessable) answered()
    else failing.add(orderId)
    unreachable ||= error instanceof Unreachable
    throw error
  }
  const waits = (error: unknown) =>
    error instanceof BrokenCircuitError ||
    error instanceof Unreachable ||
    (!(error instanceof Unprocessable) && policy.state !== CircuitState.Closed)

  const telling = (orderId: string) => {
    let told = false
    return (error: unknown) => {
      if (!waits(error)) return false
      if (!told) log.info({ orderId, reason: faultOf(error).message }, `an event waits for what ${whose} asks`)
      told = true
      return true
    }
  }

  return {
    ask: (orderId, question, turn = withoutTurn) =>
      patiently(() => turn(() => policy.execute(() => question().catch(noted(orderId)))), telling(orderId)),
    isOpen: () => open,
  }
}
