import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import PostalMime, { type Address } from 'postal-mime'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Letter } from './letters.ts'

/** An SMTP server that takes every letter up to `size` bytes and delivers none: `keep` has it before the client is told 250. */
export function smtpServer({ size, keep }: { size: number; keep: (letter: Letter) => void }): SMTPServer {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size,
    onData: (stream, _session, done) => {
      received(stream, size)
        .then(parsed)
        .then(keep)
        .then(() => done(), done)
    },
  })
  server.on('error', (error) => console.error(`SMTP: ${error.message}`))
  return server
}

async function received(stream: SMTPServerDataStream & Readable, size: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes <= size) chunks.push(chunk)
  }
  if (bytes > size) throw Object.assign(new Error(`a letter may have ${size} bytes at most`), { responseCode: 552 })
  return Buffer.concat(chunks)
}

async function parsed(raw: Buffer): Promise<Letter> {
  const { from, to, subject = '', date, text = '', html = '', headers, messageId = '' } = await PostalMime.parse(raw)
  const time = new Date().toISOString()
  return {
    id: randomUUID(),
    from: people(from ? [from] : []),
    to: people(to ?? []),
    subject,
    date: date ?? time,
    time,
    text,
    html,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    messageId,
  }
}

const people = (addresses: Address[]) => addresses.flatMap(({ name, address, group }) => group ?? [{ name, address: address ?? '' }])
