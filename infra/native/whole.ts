import { runFolder, runningIn, type State } from './run-folder.ts'
import { allServices } from './services.ts'

/** The running system with all its services; where there is none, says how to have one and ends this process with 1. */
export function wholeSystem(): State {
  const running = runningIn(runFolder())
  const absent = allServices().filter((name) => !running?.parts[name])
  const fault = !running?.ready
    ? `The system ${running ? 'is still starting' : 'does not run'} in ${runFolder()}; npm start starts it.`
    : absent.length > 0 && `Without ${absent.join(' and ')} no dance comes to its end; npm start adds what was left out.`
  if (!fault && running) return running
  console.error(fault)
  process.exit(1)
}
