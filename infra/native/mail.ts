import { join } from 'node:path'
import { withoutPasswords } from '../passwords.ts'
import { answersHttp, listens } from './answers.ts'
import { type Part, spawnLogged } from './part.ts'
import { repository } from './run-folder.ts'

/** The mail server that catches every letter (`infra/mail.ts`), its letters kept in `<folder>/mail`. */
export function mailPart({ folder, ports }: { folder: string; ports: { mail: number; smtp: number } }): Part {
  const url = `http://127.0.0.1:${ports.mail}`
  const log = join(folder, 'logs/mail.log')
  const env = {
    ...withoutPasswords(),
    HOST: '127.0.0.1',
    PORT: String(ports.mail),
    SMTP_PORT: String(ports.smtp),
    MAIL_FOLDER: join(folder, 'mail'),
  }
  const args = ['--max-old-space-size=96', '--max-semi-space-size=2', join(repository, 'infra/mail.ts')]
  return {
    name: 'mail',
    address: { url, smtp: `smtp://127.0.0.1:${ports.smtp}` },
    log,
    stopSignal: 'SIGTERM',
    spawn: () => spawnLogged(process.execPath, args, log, { cwd: repository, env }),
    answers: async () => (await answersHttp(`${url}/healthz`)) && listens(ports.smtp),
  }
}
