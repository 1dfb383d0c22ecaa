import { runningSystem } from '../compose/found.ts'
import { runFolder, type State } from './run-folder.ts'
import { allServices } from './services.ts'

/** The running system with all its services; where there is none, says how to have one and ends this process with 1. */
export async function wholeSystem(): Promise<State> {
  const running = await runningSystem()
  const absent = allServices().filter((name) => !running?.parts[name])
  const fault = !running?.ready
    ? `The system ${running ? 'is still starting' : 'does not run'} in ${runFolder()}; npm start starts it.`
    : absent.length > 0 && `Without ${absent.join(' and ')} no dance comes to its end; npm start adds what was left out.`
  if (!fault && running) return running
  console.error(fault)
  process.exit(1)
}
