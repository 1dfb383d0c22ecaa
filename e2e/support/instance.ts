import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { passwordOf } from '../../infra/passwords.ts'
import { freePort } from '../../infra/ports.ts'
import type { Service } from './services.ts'
import { partsIn } from './system.ts'

/** Another instance of a service beside those that run; `said` is what it has logged. */
export const instanceOf = async (service: Service, more: NodeJS.ProcessEnv = {}) => {
  const port = await freePort()
  const at = (url: string, pathname: string) =>
    Object.assign(new URL(url), { username: service, password: passwordOf(service), pathname }).href
  const env = {
    ...process.env,
    PORT: String(port),
    LOG_LEVEL: 'silent',
    DATABASE_URL: at(partsIn().postgres.url, `/${service}`),
    AMQP_URL: at(partsIn().rabbitmq.url, ''),
    ...more,
  }
  const child = spawn(process.execPath, [`services/${service}/service.ts`], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk))
  const stop = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return { metrics: `http://127.0.0.1:${port}/metrics`, said: () => said, stop }
}
