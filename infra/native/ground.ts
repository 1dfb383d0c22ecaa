import { setTimeout as delay } from 'node:timers/promises'
import type { Ports } from '../ports.ts'
import type { Crew } from './crew.ts'
import { jaegerPart } from './jaeger.ts'
import { mailPart } from './mail.ts'
import type { Say } from './output.ts'
import type { Part } from './part.ts'
import { postgresPart } from './postgres.ts'
import { rabbitmqPart } from './rabbitmq.ts'
import { putTopologyInPlace } from './topology-step.ts'

export type Ground = { jaeger: Part | undefined; topology: () => Promise<void> }

/** What the services stand on: databases, broker, traces and mail side by side, then the topology, put in place anew whenever the broker comes back. */
export async function startGround(folder: string, ports: Ports, crew: Crew, say: Say): Promise<Ground> {
  const teller = (name: string) => (line: string) => say(name, line)
  const jaeger = jaegerPart({ folder, ports, say: teller('jaeger') })
  const postgres = postgresPart({ folder, port: ports.postgres })
  const rabbitmq = rabbitmqPart({ folder, ports, say: teller('rabbitmq') })

  const topology = async () => putTopologyInPlace(await postgres, await rabbitmq)
  const again = async (attempts = 10): Promise<void> => {
    const failure = await topology().catch((error: Error) => error)
    if (!failure) return say('rabbitmq', 'the topology is in place again')
    if (attempts === 1) throw failure
    await delay(1_000)
    return again(attempts - 1)
  }

  await Promise.all([
    postgres.then((part) => crew.run(part)),
    rabbitmq.then((part) => crew.run(part, again)),
    jaeger.then((part) => part && crew.run(part)),
    crew.run(mailPart({ folder, ports })),
  ])
  await topology()
  return { jaeger: await jaeger, topology }
}
