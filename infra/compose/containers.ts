import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'

export type Container = {
  name: string
  service: string
  startedAt: string
  running: boolean
  /** It runs, and its healthcheck, where it has one, says that it does its work. */
  healthy: boolean
  exitCode: number
  /** Container port → port of this machine. */
  ports: Record<number, number>
}

type Inspected = {
  Name: string
  State: { Status: string; StartedAt: string; ExitCode: number; Health?: { Status: string } }
  Config: { Labels: Record<string, string> }
  HostConfig: { PortBindings: Record<string, { HostPort: string }[] | null> | null }
}

const ofProject = (project: string) => `label=com.docker.compose.project=${project}`

/** The containers of a project as they are now, by name. */
export const containersOf = async (project: string): Promise<Container[]> => {
  const { stdout: ids } = await execa('docker', ['ps', '--all', '--quiet', '--filter', ofProject(project)])
  if (!ids) return []
  const { stdout } = await execa('docker', ['inspect', ...ids.split('\n')], { reject: false }) // what has gone meanwhile is left out
  const inspected = JSON.parse(stdout || '[]') as Inspected[]
  return inspected.map(described).sort((a, b) => a.name.localeCompare(b.name))
}

const described = ({ Name, State, Config, HostConfig }: Inspected): Container => ({
  name: Name.slice(1),
  service: Config.Labels['com.docker.compose.service'] ?? '',
  startedAt: State.StartedAt,
  running: State.Status === 'running',
  healthy: State.Status === 'running' && (State.Health?.Status ?? 'healthy') === 'healthy',
  exitCode: State.ExitCode,
  ports: Object.fromEntries(
    Object.entries(HostConfig.PortBindings ?? {}).map(([inside, outside]) => [Number.parseInt(inside, 10), Number(outside?.[0]?.HostPort)]),
  ),
})

export type Happening = { container: string; service: string; action: string }

const actions = ['start', 'die', 'stop', 'destroy', 'pause', 'unpause', 'health_status']

/** Tells what happens to a project's containers, and, after the engine itself was away, that it has come back (`reconnected`). */
export const watch = (project: string, hear: (happening: Happening) => void) => {
  const filters = [ofProject(project), 'type=container', ...actions.map((action) => `event=${action}`)].flatMap((filter) => [
    '--filter',
    filter,
  ])
  const stopping = new AbortController()
  const run = async () => {
    while (!stopping.signal.aborted) {
      const events = execa('docker', ['events', '--format', '{{json .}}', ...filters], {
        reject: false,
        cancelSignal: stopping.signal,
        buffer: false,
      })
      for await (const line of createInterface({ input: events.stdout })) hear(happened(line))
      await events
      await delay(1_000, undefined, { signal: stopping.signal }).catch(() => {})
      if (!stopping.signal.aborted) hear({ container: '', service: '', action: 'reconnected' })
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}

const happened = (line: string): Happening => {
  const { Action, Actor } = JSON.parse(line) as { Action: string; Actor: { Attributes: Record<string, string> } }
  const { name = '', 'com.docker.compose.service': service = '' } = Actor.Attributes
  return { container: name, service, action: Action }
}
