import { join } from 'node:path'
import { execa } from 'execa'
import type { Part } from './part.ts'
import { repository } from './run-folder.ts'

/** Puts databases, users, exchanges and queues in place (`infra/topology.ts`). Rejects with what the step said when it fails. */
export async function putTopologyInPlace(postgres: Part, rabbitmq: Part): Promise<void> {
  const amqp = String(rabbitmq.address['url'])
  const { username, password } = new URL(amqp)
  const management = new URL(String(rabbitmq.address['management']))
  Object.assign(management, { username, password })
  const env = {
    POSTGRES_ADMIN_URL: String(postgres.address['url']),
    RABBITMQ_ADMIN_URL: amqp,
    RABBITMQ_MANAGEMENT_URL: management.href,
    PUBLISH_HOST: '127.0.0.1',
  }
  const { failed, all } = await execa(process.execPath, [join(repository, 'infra/topology.ts')], {
    cwd: repository,
    env,
    all: true,
    reject: false,
  })
  if (failed) throw new Error(`The topology could not be put in place (infra/topology.ts):\n${all}`)
}
