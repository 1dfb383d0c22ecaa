import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { docker } from '../compose/docker.ts'
import { runningSystem } from '../compose/found.ts'
import { familyOf } from '../native/family.ts'
import { type PartState, runningIn } from '../native/run-folder.ts'
import { undoing } from './undo.ts'

const patience = 90_000
const nowhere: PartState = { url: '', ready: false, restarts: 0 }

export const signal = (pids: readonly number[], name: NodeJS.Signals) => {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {} // it has gone meanwhile
}

const pidsOf = ({ pid }: PartState) => (pid ? [pid] : []) // none between two lives

/** What may befall the parts of the system in that folder, be they processes or containers; `undo` knows what is in force. */
export const partsOf = (folder: string, undo = undoing()) => {
  const partOf = async (name: string): Promise<PartState> => (await runningSystem(folder))?.parts[name] ?? nowhere

  /** Resolves once the part has begun anew since it was as it is given, and answers. */
  const back = async (name: string, { began }: Pick<PartState, 'began'>) => {
    for (const deadline = Date.now() + patience; ; await delay(50)) {
      const now = await partOf(name)
      if (now.ready && now.began !== began) return
      if (Date.now() > deadline) throw new Error(`${name} is not back after ${patience / 1_000} s`)
    }
  }

  /** Resolves once the part is no longer what it was: it has died, whether or not it lives again. */
  const gone = async (name: string, { began }: Pick<PartState, 'began'> = {}, within = patience) => {
    for (const deadline = Date.now() + within; ; await delay(20)) {
      const now = await partOf(name)
      if (!now.ready || now.began !== began) return
      if (Date.now() > deadline) throw new Error(`${name} has not died within ${within / 1_000} s`)
    }
  }

  /** `kill -9` of a part; resolves once it is back. */
  const killed = async (name: string) => {
    const part = await partOf(name)
    if (part.container) {
      await docker('kill', part.container)
      if (!runningIn(folder)) await docker('start', part.container) // nobody else does
    } else signal(pidsOf(part), 'SIGKILL')
    await back(name, part)
  }

  /** Ends a part in good order, and has it start again; resolves once it is back. */
  const restarted = async (name: string) => {
    const part = await partOf(name)
    if (part.container) await docker('restart', '--time', '10', part.container)
    else signal(pidsOf(part), name === 'postgres' ? 'SIGINT' : 'SIGTERM')
    await back(name, part)
  }

  /** Kills a part, as often as it is started again, until `work` is done; resolves once it is back. */
  const keptDown = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const part = await partOf(name)
    return part.container ? heldDown(name, part, work) : killedAgain(name, part, work)
  }

  const heldDown = async <T>(name: string, part: PartState, work: () => Promise<T>): Promise<T> => {
    const start = undo.by(() => docker('start', String(part.container)))
    try {
      await docker('stop', '--time', '0', String(part.container))
      return await work()
    } finally {
      await start()
      await back(name, part)
    }
  }

  const killedAgain = async <T>(name: string, part: PartState, work: () => Promise<T>): Promise<T> => {
    let last = part
    const kill = () => {
      const now = runningIn(folder)?.parts[name]
      if (now?.pid) last = now
      signal(now ? pidsOf(now) : [], 'SIGKILL')
    }
    const killing = setInterval(kill, 20)
    const leave = undo.by(() => clearInterval(killing))
    try {
      kill()
      return await work()
    } finally {
      await leave()
      await back(name, last)
    }
  }

  /** Stops a part as it is, as Ctrl-Z does, until `work` is done. */
  const frozen = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const part = await partOf(name)
    const { container } = part
    const family = container ? [] : pidsOf(part).flatMap((pid) => familyOf(pid))
    const thaw = undo.by(() => (container ? docker('unpause', container) : signal(family, 'SIGCONT')))
    try {
      await (container ? docker('pause', container) : signal(family, 'SIGSTOP'))
      return await work()
    } finally {
      await thaw()
    }
  }

  /** Deletes what the broker, which is down, has kept. */
  const brokerForgotten = async () => {
    const { container } = await partOf('rabbitmq')
    if (!container) return rmSync(join(folder, 'rabbitmq/data'), { recursive: true })
    const image = await docker('inspect', '--format', '{{.Config.Image}}', container)
    await docker('run', '--rm', '--user', '0', '--volumes-from', container, '--entrypoint', 'sh', image, '-c', 'rm -rf /var/lib/rabbitmq/*')
  }

  return { partOf, back, gone, killed, restarted, keptDown, frozen, brokerForgotten }
}
