import { SpanKind } from '@opentelemetry/api'
import { Unreachable } from '@pas-de-cinq/shared/circuit'
import { Unprocessable } from '@pas-de-cinq/shared/messaging/envelope'
import { inSpan } from '@pas-de-cinq/shared/tracing'
import type { Transact } from '@pas-de-cinq/shared/transaction'
import { createTransport, type NodemailerError } from 'nodemailer'
import pLimit from 'p-limit'
import type { Addressee, Correspondence, Heard, Occasion } from './decisions.ts'
import type { Prisma } from './generated/client.ts'
import { letterFor } from './letters.ts'

/**
 * Sends what is due, if the address is known, and says which letters have gone out. It may be asked again, so it keeps a record of its own,
 * as the bank does: a letter that the server has accepted is not sent twice.
 */
export type Post = {
  deliver: (event: Heard, letters: Correspondence, signal?: AbortSignal) => Promise<readonly Occasion[]>
}

/** The mail server has not taken a letter; it may take it later. */
export class NotTaken extends Error {
  override name = 'NotTaken'
}

export const lettersAtOnce = 2

/**
 * The post over SMTP, at most 2 letters at a time. A letter's row is locked while it is sent, and marked once the server has accepted it:
 * only a crash between the two can send it again, with the same Message-ID. What takes longer than `patience` milliseconds, which with the 4 s that
 * its row may be waited for are fewer than a transaction's 10, has not been taken.
 * @throws Unprocessable when the server refuses the recipient for good, Unreachable when it is away
 */
export const smtp = (transact: Transact<Prisma.TransactionClient>, url: string, patience = 5_000): Post & { stop: () => Promise<void> } => {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: lettersAtOnce,
      maxMessages: Number.POSITIVE_INFINITY,
      connectionTimeout: Math.floor(patience / 5), // who says nothing at all is away, too
      greetingTimeout: Math.floor(patience / 2),
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: { name: 'Pas de Cinq', address: 'post@pas-de-cinq.example' }, headers: { 'Auto-Submitted': 'auto-generated' } },
  )
  const inTurn = pLimit(lettersAtOnce)

  const sendOnce = (orderId: string, occasion: Occasion, to: Addressee, signals: AbortSignal[]) =>
    transact(async (tx) => {
      const messageId = `<${orderId}.${occasion}@pas-de-cinq.example>`
      const [letter] = await tx.$queryRaw<[{ sent: boolean }]>`
        insert into letters (order_id, occasion, recipient, message_id) values (${orderId}::uuid, ${occasion}, ${to.email}, ${messageId})
        on conflict (order_id, occasion) do update set message_id = letters.message_id returning sent_at is not null as sent`
      if (letter.sent) return
      const attributes = { 'order.id': orderId, 'email.occasion': occasion, 'peer.service': 'mail' }
      await inSpan('smtp send', { kind: SpanKind.CLIENT, attributes }, () =>
        send({ messageId, to: { name: to.name, address: to.email }, ...letterFor(occasion, to.name, orderId) }, signals),
      )
      await tx.$executeRaw`update letters set sent_at = clock_timestamp() where order_id = ${orderId}::uuid and occasion = ${occasion}`
    })

  const send = async (letter: Mail, signals: AbortSignal[]) => {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), patience)
    try {
      await transport.sendMail({ ...letter, signal: AbortSignal.any([late.signal, ...signals]) })
    } catch (error) {
      throw withoutAddress(error as NodemailerError)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    deliver: async ({ data: { orderId } }, { to, due }, signal) => {
      if (!to) return []
      for (const occasion of due) {
        signal?.throwIfAborted()
        await inTurn(() => sendOnce(orderId, occasion, to, signal ? [signal] : []))
      }
      return due
    },
    stop: async () => transport.close(),
  }
}

type Mail = { readonly messageId: string; readonly to: { name: string; address: string }; readonly subject: string; readonly text: string }

/** What went wrong, without the server's own words: they often repeat the address, and this goes into logs and traces. */
const withoutAddress = ({ code, command, responseCode, permanent, name }: NodemailerError): Error => {
  const what = [responseCode || code || name, command && command !== 'API' && `at ${command}`].filter(Boolean).join(' ')
  if (code === 'EENVELOPE' && (command === 'API' || (command === 'RCPT TO' && permanent)))
    return new Unprocessable(`the mail server refuses the recipient for good: ${what}`)
  if (command === 'CONN') return new Unreachable(`the mail server cannot be reached: ${what}`)
  return new NotTaken(`the mail server has not taken the letter: ${what}`)
}
