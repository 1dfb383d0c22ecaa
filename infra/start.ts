import { startInContainers } from './compose/system.ts'
import { inContainers } from './compose/way.ts'
import { showDances } from './demo/show.ts'
import { askToStart, lacking, startOnRequest } from './native/join.ts'
import { say } from './native/output.ts'
import { runFolder, runningIn, type State, stayingIn } from './native/run-folder.ts'
import { allServices } from './native/services.ts'
import { startSystem } from './native/system.ts'
import { welcome } from './native/welcome.ts'
import { optionsOf } from './options.ts'

// npm start [-- --native | --docker] [--without shipping,email] [--demo] [--quiet]
const { values } = optionsOf({
  options: {
    native: { type: 'boolean' },
    docker: { type: 'boolean' },
    without: { type: 'string', multiple: true, default: [] },
    demo: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
})
const without = values.without.flatMap((names) => names.split(',')).filter(Boolean)
const unknown = without.filter((name) => !allServices().includes(name))
const folder = runFolder()

if (unknown.length > 0) fail(`There is no service ${unknown.join(', ')}; there are ${allServices().join(', ')}.`)
if (values.demo && without.length > 0) fail(`Without ${without.join(' and ')} no dance comes to its end: leave out --demo or --without.`)
if (values.native && values.docker) fail('Either --native or --docker.')
const running = await stayingIn(folder)
await (running ? join(running) : start())

async function join(system: State): Promise<void> {
  console.log(`It runs already, in ${folder}, kept by process ${system.supervisor.pid}${system.ready ? '' : ', and is still starting'}.`)
  const services = lacking(system, without)
  if (services.length > 0) {
    console.log(`starting ${services.join(' and ')} in it …`)
    if (!(await askToStart(folder, system, services))) fail(`${services.join(' and ')} did not come up; see ${folder}/logs.`)
  }
  console.log(welcome(runningIn(folder) ?? system))
  if (values.demo) process.exitCode = (await showDances(runningIn(folder) ?? system)) ? 0 : 1
}

async function start(): Promise<void> {
  let muted = values.quiet
  const tell: typeof say = (part, line) => muted || say(part, line)
  const options = { folder, free: process.env['PAS_DE_CINQ_PORTS'] === 'free', without, say: tell }
  const system = await inContainers(values, folder, (line) => tell('docker', line))
    .then((contained) => (contained ? startInContainers : startSystem)(options))
    .catch((error: Error) => fail(error.message))
  let ending = false
  const end = async (code: number) => {
    if (ending) return
    ending = true
    console.log('stopping …')
    const fault = await system.stop().catch((error: Error) => error)
    console.log(fault ? `not all has been stopped: ${fault.message}` : 'stopped')
    process.exit(fault ? 1 : code)
  }
  process.stdout.on('error', () => {}) // whoever read it has gone; the system goes on
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))
  process.on('uncaughtException', (error) => {
    console.error(error)
    void end(1)
  })
  startOnRequest(folder, system, (line) => say('start', line))

  try {
    await system.ready
  } catch (error) {
    if (!ending) console.error(error instanceof Error ? error.message : error)
    return end(1)
  }
  console.log(welcome(system.state))
  console.log('ready')
  if (!values.demo) return
  muted = true
  await showDances(system.state).catch((error: Error) => console.error(error.message))
  muted = values.quiet
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
