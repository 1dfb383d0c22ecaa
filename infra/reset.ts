import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { containersOf } from './compose/containers.ts'
import { engineFault } from './compose/engine.ts'
import { isThere, projectOf, removed } from './compose/project.ts'
import { endOrphans } from './native/orphans.ts'
import { removePostgres } from './native/postgres-data.ts'
import { readState, runFolder, runningIn } from './native/run-folder.ts'

// npm run reset: forgets databases, broker, letters and logs, those in containers too. What was fetched or built stays in the cache folder.
const folder = runFolder()
const running = runningIn(folder)
if (running) {
  console.error(
    `The system is running in ${folder}, kept by process ${running.supervisor.pid}: stop it first (Ctrl-C where it was started).`,
  )
  process.exit(1)
}

const project = projectOf(folder)
const hasEngine = !(await engineFault())
if (hasEngine && (await containersOf(project)).some(({ running }) => running)) {
  console.error(`The system is running in containers: stop it first (docker compose --project-name ${project} down).`)
  process.exit(1)
}

const left = readState(folder)
if (left) await endOrphans(left)
if (hasEngine && (await isThere(project))) await removed(project, { forget: true })
const measured = join(folder, 'bench')
if (existsSync(measured)) for (const name of readdirSync(measured)) removePostgres(join(measured, name))
removePostgres(folder)
for (const name of ['rabbitmq', 'mail', 'logs', 'state.json', 'wishes', 'bench', 'flat'])
  rmSync(join(folder, name), { recursive: true, force: true })
try {
  rmdirSync(folder)
} catch {
  // not there, or something else lies in it
}
console.log(`Everything in ${folder} is forgotten.`)
