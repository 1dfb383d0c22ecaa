import { projectOf, removed } from '../compose/project.ts'
import { endOrphans } from './orphans.ts'
import type { Say } from './output.ts'
import { claim, readState, release, runningIn, type State } from './run-folder.ts'

/**
 * Takes the folder for this process. What a killed predecessor has left running in it is ended before, unless `goOnWithContainers` says that
 * its containers are welcome. Throws if another process has the folder.
 */
export async function take(folder: string, state: State, say: Say, { goOnWithContainers = false } = {}): Promise<void> {
  const before = readState(folder)
  if (before && !runningIn(folder)) {
    const inContainers = Object.values(before.parts).some(({ container }) => container)
    const ends = !(inContainers && goOnWithContainers)
    say('start', `the run before was not stopped: ${ends ? 'ending' : 'going on with'} what it has left behind …`)
    if (ends) await (inContainers ? removed(projectOf(folder)) : endOrphans(before))
    if (!runningIn(folder)) release(folder)
  }
  if (!claim(folder, state)) throw new Error(`Another process runs the system in ${folder} already.`)
}
