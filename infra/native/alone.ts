import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answering, type Part, stopped } from './part.ts'

export type Alone<Address> = AsyncDisposable & Address & { pid: number; stop: () => Promise<void> }

/** A folder of its own for something that is only tried, and the way to remove it. */
export function privateFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'pas-de-cinq-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs one part without a supervisor: resolves once it answers, stops with `stop`, `await using` or the end of this process. */
export async function runAlone<Address extends Part['address']>(
  part: Part & { address: Address },
  remove: () => void,
): Promise<Alone<Address>> {
  const child = part.spawn()
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    await stopped(part, child, 10_000)
    process.off('exit', kill)
    remove()
  }
  try {
    await answering(part, child)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...part.address, pid: child.pid as number, stop, [Symbol.asyncDispose]: stop }
}
