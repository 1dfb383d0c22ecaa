import { docker } from '../compose/docker.ts'
import { compose, projectOf } from '../compose/project.ts'
import { askForNextLife } from '../native/join.ts'
import { type PartState, runningIn } from '../native/run-folder.ts'
import type { partsOf } from './parts.ts'
import type { Undo } from './undo.ts'

/** What services are told beside the usual, by their names. */
export type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Starts services of the system in that folder anew with these settings, and resolves, once they are back, to what starts them without again.
 * A process has lost them with its next start, and is left alone if it has died meanwhile; a container keeps them until then.
 */
export const livesOf = (folder: string, { partOf, back, restarted }: ReturnType<typeof partsOf>, undo: Undo) => {
  const each = async <T>(settings: Settings, work: (name: string, part: PartState) => Promise<T>) =>
    Promise.all(Object.keys(settings).map(async (name) => work(name, await partOf(name))))

  const recreated = async (settings: Settings, without: Settings = {}) => {
    const parts = await each(settings, async (name, part) => {
      const kept = Object.entries(await environmentOf(part)).filter(([variable]) => !(variable in (without[name] ?? {})))
      return { name, part, environment: escaped({ ...Object.fromEntries(kept), ...settings[name] }) }
    })
    const services = Object.fromEntries(parts.map(({ name, environment }) => [name, { environment }]))
    const { failed, all } = await compose(projectOf(folder)).overridden({ services }, ...Object.keys(services))
    if (failed) throw new Error(`docker compose up: ${all}`)
    await Promise.all(parts.map(({ name, part }) => back(name, part)))
  }

  const processes = async (settings: Settings) => {
    const running = runningIn(folder)
    if (!running) throw new Error(`nothing runs in ${folder}`)
    const lives = each(settings, async (name) => {
      await askForNextLife(folder, running, name, settings[name] ?? {})
      await restarted(name)
      return (await partOf(name)).began
    })
    const end = undo.by(async () => {
      const ours = await lives
      await each(settings, async (name, { began }) => void (ours.includes(began) && (await restarted(name))))
    })
    await lives
    return end
  }

  return async (settings: Settings): Promise<() => Promise<void>> => {
    const contained = (await each(settings, async (_, { container }) => container)).some(Boolean)
    if (!contained) return processes(settings)
    const none = Object.fromEntries(Object.keys(settings).map((name) => [name, {}]))
    const begun = recreated(settings)
    const end = undo.by(() => begun.then(() => recreated(none, settings)))
    await begun
    return end
  }
}

const environmentOf = async ({ container = '' }: PartState): Promise<Record<string, string>> => {
  const pairs = JSON.parse(await docker('inspect', '--format', '{{json .Config.Env}}', container)) as string[]
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}

/** Compose takes `$` for the beginning of a variable of its own. */
const escaped = (environment: Record<string, string>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]))
