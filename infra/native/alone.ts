import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answering, lastLines, type Part, stopped } from './part.ts'

export type Alone<Address> = AsyncDisposable & Address & { pid: number; stop: () => Promise<void> }

/** Where a part has its data: in a folder that stays, or else in a new one beneath another, that of temporary files if none is named. */
export type Place = { readonly folder?: string; readonly beneath?: string }

/** That folder, and the way to remove it, if it is a new one. */
export function privateFolder({ folder: given, beneath = tmpdir() }: Place, beforeRemoval: (folder: string) => void = () => {}) {
  if (given) return { folder: given, remove: undefined }
  const folder = mkdtempSync(join(beneath, 'pas-de-cinq-'))
  chmodSync(folder, 0o711) // so that PostgreSQL's user, where that is another, can enter what is its own
  const remove = () => {
    beforeRemoval(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, remove }
}

/**
 * Runs one part without a supervisor: resolves once it answers, stops with `stop`, `await using` or the end of this process. `remove` says that
 * nobody needs its data afterwards, so that it need not be stopped in good order.
 */
export async function runAlone<Address extends Part['address']>(
  part: Part & { address: Address },
  remove?: () => void,
): Promise<Alone<Address>> {
  const child = part.spawn()
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    await stopped(part, child, remove ? 0 : 10_000)
    process.off('exit', kill)
    remove?.()
  }
  const answers = await answering(part, child).catch(async (error) => {
    await stop()
    throw error
  })
  if (answers) return { ...part.address, pid: child.pid as number, stop, [Symbol.asyncDispose]: stop }
  const last = lastLines(part.log)
  await stop()
  throw new Error(`${part.name} ended before it answered; ${last}`)
}
