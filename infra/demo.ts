import { showDances } from './demo/show.ts'
import { runFolder, runningIn } from './native/run-folder.ts'
import { allServices } from './native/services.ts'

// npm run demo: beside a running system, one order of each kind and what became of it.
const running = runningIn(runFolder())
if (!running?.ready) {
  console.error(
    `The system ${running ? 'is still starting' : 'does not run'} in ${runFolder()}; npm start -- --demo starts it and shows the dances.`,
  )
  process.exit(1)
}
const absent = allServices().filter((name) => !running.parts[name])
if (absent.length > 0) {
  console.error(`Without ${absent.join(' and ')} no dance comes to its end; npm start adds what was left out.`)
  process.exit(1)
}
process.exitCode = (await showDances(running)) ? 0 : 1
