import { httpServer } from './mail/http.ts'
import { letterBox } from './mail/letters.ts'
import { smtpServer } from './mail/smtp.ts'

// The mail server of a run on one machine: it takes every letter and shows it, and delivers none. SMTP_PORT takes, PORT shows.
const { HOST = '127.0.0.1', PORT = '1080', SMTP_PORT = '1025', MAIL_KEEP = '10000', MAIL_FOLDER } = process.env
const size = 256 * 1024
const characters = 32 * 1024 * 1024

const letters = letterBox({ keep: Number(MAIL_KEEP), characters, folder: MAIL_FOLDER })
const smtp = smtpServer({ size, keep: letters.add })
const http = httpServer(letters)

smtp.listen(Number(SMTP_PORT), HOST)
http.listen(Number(PORT), HOST, () => console.log(`letters to smtp://${HOST}:${SMTP_PORT} show at http://${HOST}:${PORT}`))

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    smtp.close(() => process.exit(0))
    http.close()
    setTimeout(() => process.exit(0), 2_000).unref()
  })
