import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { answersHttp } from '../native/answers.ts'
import { type Say, shown } from '../native/output.ts'
import { type State, writeState } from '../native/run-folder.ts'
import type { Ports } from '../ports.ts'
import { containersOf, type Happening, watch } from './containers.ts'
import { newlyReady, partsOf } from './parts.ts'

const patience = 1_500
const lookAgain = 500

type Circumstances = { folder: string; state: State; ports: Ports; services: readonly string[]; say: Say; whenBack: (part: string) => void }

/**
 * Keeps `state.json` true to the containers of a project. One that was killed is started again, as `docker compose up -d` would; one that
 * somebody has stopped (`docker stop`) stays as it is.
 */
export const crew = (project: string, { folder, state, ports, services, say, whenBack }: Circumstances) => {
  const stopped = new Set<string>()
  let last = Promise.resolve()
  let closed = false
  let again: NodeJS.Timeout | undefined

  const look = async () => {
    const before = state.parts
    const parts = partsOf(await containersOf(project), ports, services, before)
    const jaeger = parts['jaeger']
    const jaegerRuns = jaeger?.ready
    if (jaeger?.ready) jaeger.ready = await answersHttp(`${jaeger.url}/api/services`) // it has no healthcheck
    if (closed) return
    state.parts = parts
    writeState(folder, state)
    for (const [name, { url, restarts, began = '' }] of newlyReady(parts, before)) {
      say(name, `is up${restarts ? ' again' : ''} at ${shown(url)} after ${((Date.now() - Date.parse(began)) / 1000).toFixed(1)} s`)
      if (restarts) whenBack(name)
    }
    clearTimeout(again)
    if (jaegerRuns && !jaeger?.ready) again = setTimeout(sync, lookAgain)
  }
  const sync = () => {
    last = last.then(look).catch((error: Error) => say('docker', error.message))
    return last
  }

  const revive = async ({ container, service }: Happening) => {
    await delay(patience)
    const now = (await containersOf(project)).find(({ name }) => name === container)
    if (closed || !now || now.running || stopped.has(container)) return
    say(service, `was killed (exit code ${now.exitCode}); it is started again`)
    await execa('docker', ['start', container], { reject: false })
  }

  const hear = (happening: Happening) => {
    const { action, container, service } = happening
    if (action === 'stop') stopped.add(container)
    if (action === 'start') stopped.delete(container)
    if (action === 'die' && (service in state.parts || service === 'doors')) void revive(happening).catch(() => {})
    if (!closed) void sync()
  }

  const unwatch = watch(project, hear)
  return {
    sync,
    close: async () => {
      closed = true
      clearTimeout(again)
      await unwatch()
      await last
    },
  }
}
