import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { adminPasswordOf } from '../passwords.ts'
import { freePort } from '../ports.ts'
import { type Alone, type Place, privateFolder, runAlone } from './alone.ts'
import { hasEnded, type Part, spawnLogged } from './part.ts'
import { rabbitmqPrograms } from './rabbitmq-programs.ts'
import { configuration, environment, type RabbitmqPorts } from './rabbitmq-settings.ts'

type Address = { url: string; management: string; metrics?: string; epmd: number }
type Options = { folder: string; ports: RabbitmqPorts; say?: (line: string) => void }

/**
 * RabbitMQ with data, log, cookie and name of its own in `<folder>/rabbitmq`, on 127.0.0.1 alone, with the management plugin and the user `admin`;
 * with the Prometheus plugin too, where there is one, on a free port.
 * The process is the Erlang VM itself; the epmd that it needs lives and dies with it.
 */
export async function rabbitmqPart({ folder, ports, say = () => {} }: Options): Promise<Part & { address: Address }> {
  const programs = await rabbitmqPrograms(say)
  const metrics = programs.measured ? await freePort() : undefined
  const home = join(folder, 'rabbitmq')
  const log = join(folder, 'logs/rabbitmq.log')
  mkdirSync(join(home, 'data'), { recursive: true, mode: 0o700 })
  writeFileSync(join(home, 'rabbitmq.conf'), configuration(ports, metrics), { mode: 0o600 })
  writeFileSync(join(home, 'enabled_plugins'), metrics ? '[rabbitmq_management,rabbitmq_prometheus].\n' : '[rabbitmq_management].\n')
  writeFileSync(join(home, 'env.conf'), '') // else the machine's own would be read
  writeFileSync(join(home, 'inetrc'), '{lookup, [file]}.\n{host, {127,0,0,1}, ["localhost"]}.\n') // else Erlang keeps two processes for names
  const { NOTIFY_SOCKET: _, ...inherited } = process.env
  const env = { ...inherited, ...programs.env, ...environment(home, ports) }
  const management = `http://127.0.0.1:${ports.management}`
  return {
    name: 'rabbitmq',
    address: {
      url: `amqp://admin:${adminPasswordOf('rabbitmq')}@127.0.0.1:${ports.rabbitmq}`,
      management,
      ...(metrics && { metrics: `http://127.0.0.1:${metrics}` }),
      epmd: ports.epmd,
    },
    log,
    stopSignal: 'SIGTERM',
    spawn: () => withEpmd(spawnLogged(programs.server, [], log, { env, cwd: home }), env, log),
    answers: () => answersClients(management, ports, folder),
    afterwards: () => stopEpmd(env),
  }
}

/** A RabbitMQ alone, for tests: in a folder of its own that goes with it, or in one that stays, on free ports. */
export async function startRabbitmq(options: Place & Partial<Options> = {}): Promise<Alone<Address & { ports: RabbitmqPorts }>> {
  const { folder, remove } = privateFolder(options)
  const ports = options.ports ?? (await freeRabbitmqPorts())
  const part = await rabbitmqPart({ ...options, folder, ports })
  const alone = await runAlone(part, remove)
  return { ...alone, ports }
}

/** Free ports for a broker and what belongs to it. */
async function freeRabbitmqPorts(): Promise<RabbitmqPorts> {
  const [rabbitmq, management, epmd, distribution] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  return { rabbitmq, management, epmd, distribution }
}

/** Erlang's own way leaves an epmd behind that is nobody's child. */
function withEpmd(broker: ChildProcess, env: NodeJS.ProcessEnv, log: string): ChildProcess {
  let epmd: ChildProcess
  const start = () => {
    epmd = spawnLogged('epmd', [], log, { env }).once('exit', () => setTimeout(() => hasEnded(broker) || start(), 200))
  }
  start()
  return broker.once('exit', () => epmd.kill())
}

/** Stops the epmd on that port, if there is one and no Erlang node needs it. */
export async function stopEpmd(env: NodeJS.ProcessEnv): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { stdout, failed } = await execa('epmd', ['-kill'], { env, reject: false })
    if (failed || !/^Killing not allowed/.test(stdout)) return
  }
}

async function answersClients(management: string, ports: RabbitmqPorts, folder: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`admin:${adminPasswordOf('rabbitmq')}`).toString('base64')}`
  const check = fetch(`${management}/api/health/checks/port-listener/${ports.rabbitmq}`, {
    headers: { authorization, connection: 'close' },
    signal: AbortSignal.timeout(2000),
  })
  const status = await check.then(
    (response) => response.status,
    () => 0,
  )
  if (status === 401)
    throw new Error(`RabbitMQ refuses RABBITMQ_ADMIN_PASSWORD: ${folder}/rabbitmq was made with another; set that one, or npm run reset.`)
  return status === 200
}
