import { runFolder, runningIn, type State } from '../native/run-folder.ts'
import { allServices } from '../native/services.ts'
import { choosePorts } from '../ports.ts'
import { containersOf } from './containers.ts'
import { partsOf, publishedBy } from './parts.ts'
import { projectOf } from './project.ts'

/** The system that runs in the run's folder, whoever started it: `npm start`, or `docker compose up` alone. */
export const runningSystem = async (folder = runFolder()): Promise<State | undefined> => runningIn(folder) ?? (await inContainers(folder))

const inContainers = async (folder: string): Promise<State | undefined> => {
  const containers = await containersOf(projectOf(folder)).catch(() => []) // no Docker, no containers
  if (!containers.some(({ running }) => running)) return undefined
  const { ports } = await choosePorts(allServices(), { free: false, ours: publishedBy(containers) })
  const parts = partsOf(containers, ports, allServices(), {})
  return { supervisor: { pid: 0, began: '' }, ready: Object.values(parts).every(({ ready }) => ready), parts }
}
