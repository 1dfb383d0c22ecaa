// node infra/bootstrap.mjs infra/start.ts …: installs what package-lock.json asks for, if it is not there, and runs the script under Node 24.
// Plain JavaScript, since on a clean machine it runs before anything is installed, under whatever Node there is (20 or later).
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [script, ...args] = process.argv.slice(2)

if (isStale()) await install()
await run()

function isStale() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  if (!wanted || !installed || newcomers(wanted).length > 0) return true
  return Object.entries(wanted).some(([path, { version, optional, devOptional }]) =>
    installed[path] ? installed[path].version !== version : path !== '' && !optional && !devOptional,
  )
}

function packagesOf(lock) {
  return existsSync(`${root}${lock}`) ? JSON.parse(readFileSync(`${root}${lock}`, 'utf8')).packages : undefined
}

/** Folders in services/ that package-lock.json does not know yet: `npm ci` would refuse them. */
function newcomers(locked) {
  return readdirSync(`${root}services`).filter((name) => existsSync(`${root}services/${name}/package.json`) && !locked[`services/${name}`])
}

async function install() {
  const wanted = packagesOf('package-lock.json')
  const command = wanted && newcomers(wanted).length === 0 ? 'ci' : 'install'
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 1000)
  console.log('installing the packages, once …')
  const ticking = setInterval(() => console.log(`installing the packages … ${seconds()} s`), 10_000)
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const code = await exitOf(spawn(npm[0], [...npm.slice(1), command, '--loglevel', 'error'], { cwd: root, stdio: 'inherit' }))
  clearInterval(ticking)
  if (code === 0) return console.log(`installed in ${seconds()} s`)
  console.error(`npm ${command} failed (exit code ${code}) in ${root}: what it says stands above; mend that, then start again.`)
  process.exit(1)
}

async function run() {
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    process.argv.splice(1, 2, `${root}${script}`)
    return import(new URL(`../${script}`, import.meta.url))
  }
  const child = spawn(`${root}node_modules/.bin/node`, [script, ...args], { cwd: root, stdio: 'inherit' })
  // Ctrl-C in a terminal reaches the child by itself; this process only must not die before it
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.exitCode = await exitOf(child)
}

function exitOf(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${child.spawnfile}: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15)))
  })
}
