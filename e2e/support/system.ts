import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectOf, removed } from '../../infra/compose/project.ts'

export type Part = {
  readonly url: string
  readonly pid?: number
  readonly container?: string
  readonly began?: string
  readonly management?: string
  readonly ready?: boolean
}
export type PartName = 'order' | 'inventory' | 'payment' | 'shipping' | 'email' | 'rabbitmq' | 'postgres' | 'jaeger' | 'mail'
export type Parts = { readonly [name in Exclude<PartName, 'jaeger'>]: Part } & { readonly jaeger?: Part }

/** Whether these tests run against containers (`npm run test:compose`), else against plain processes. */
export const contained = process.env['E2E_WAY'] === 'containers'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts a system of its own, as `npm start` does, and resolves when it says `ready`; its output is shown when it does not. */
export const startWhole = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-e2e-'))
  const child = run(args, folder, env)
  await saidReady(child)
  const end = async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined
    child.kill('SIGINT')
    await ended
  }
  return {
    folder,
    child,
    /** stops it, and leaves its data */
    end,
    stop: async () => {
      await end()
      if (contained) await removed(projectOf(folder), { forget: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs `npm start` with `args` for the system in `folder`, beside whatever runs elsewhere. */
export const run = (args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['infra/start.ts', ...(args.includes('--docker') ? args : [contained ? '--docker' : '--native', ...args])], {
    cwd: root,
    env: { ...process.env, PAS_DE_CINQ_RUN: folder, PAS_DE_CINQ_PORTS: 'free', NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** What `child` has printed from now until it says something like that; its output is shown when it ends before. */
export const said = (child: ChildProcess, what: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = ''
    const hear = (chunk: Buffer) => {
      output += chunk
      if (what.test(output)) resolve(output)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said ${what}:\n${output}`)))
  })

/** What `child` has printed by the time it says `ready` on a line of its own. */
export const saidReady = (child: ChildProcess) => said(child, /^ready$/m)

/** What `child` has printed, and its exit code, once it has ended. */
export const ended = async (child: ChildProcess): Promise<{ code: number | null; output: string }> => {
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk))
  const [code] = await once(child, 'close')
  return { code, output: Buffer.concat(output).toString() }
}

/** The parts of the system in `folder`, as they are now. */
export const partsIn = (folder = process.env['E2E_RUN'] ?? ''): Parts => JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')).parts
