import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** How the server answers, where it shall not say yes. */
type Answers = Pick<SMTPServerOptions, 'onMailFrom' | 'onRcptTo'>

/** A mail server on a free port, that keeps what it accepts. It can be told how to answer, be closed, and listen again on the same port. */
export const mailServer = async () => {
  const mails: Email[] = []
  let answers: Answers = {}
  let port = 0
  let server: SMTPServer

  const open = async () => {
    server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 100,
      onMailFrom: (address, session, done) => (answers.onMailFrom ? answers.onMailFrom.call(server, address, session, done) : done()),
      onRcptTo: (address, session, done) => (answers.onRcptTo ? answers.onRcptTo.call(server, address, session, done) : done()),
      onData: async (stream, _session, done) => {
        mails.push(await PostalMime.parse(Buffer.concat(await stream.toArray())))
        done()
      },
    })
    server.on('error', () => {})
    port = await new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.server.address() as AddressInfo).port))
    })
  }
  await open()
  return {
    mails,
    /** by name, as in containers: a name is resolved before anybody is asked */
    url: `smtp://localhost:${port}`,
    answer: (how: Answers) => {
      answers = how
    },
    open,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** A refusal with a reply code, as the server hands it to its client. */
export const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode })
