// node infra/bootstrap.mjs infra/start.ts …: installs what package-lock.json asks for, if it is not there, and runs the script under Node 24.
// Plain JavaScript, since on a clean machine it runs before anything is installed, under whatever Node there is (20 or later).
import { spawn } from 'node:child_process'
import { isUngenerated, isUninstalled, npmCommand, root } from './bootstrap/needs.mjs'
import { inTurn } from './bootstrap/turn.mjs'

const [script, ...args] = process.argv.slice(2)

if (isUninstalled() || isUngenerated())
  await inTurn(async () => {
    if (isUninstalled()) await install()
    if (isUngenerated()) await finished(spawn(process.execPath, [`${root}infra/generate.mjs`], { cwd: root, stdio: 'inherit' }))
  })
await run()

async function install() {
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 1000)
  console.log('installing the packages, once …')
  const ticking = setInterval(() => console.log(`installing the packages … ${seconds()} s`), 10_000)
  const [file, ...before] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  await finished(spawn(file, [...before, ...npmCommand(), '--loglevel', 'error'], { cwd: root, stdio: 'inherit' }))
  clearInterval(ticking)
  console.log(`installed in ${seconds()} s`)
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

async function finished(child) {
  const code = await exitOf(child)
  if (code === 0) return
  console.error(`${child.spawnargs.join(' ')} failed (exit code ${code}): what it says stands above; mend that, then start again.`)
  process.exit(1)
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
