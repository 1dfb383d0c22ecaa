import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where what had to be fetched or built is kept for every clone: `$XDG_CACHE_HOME/pas-de-cinq`, else `~/.cache/pas-de-cinq`. */
const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pas-de-cinq')

/** The newest kept folder whose name begins so, if there is one. */
export function kept(prefix: string): string | undefined {
  if (!existsSync(cacheFolder())) return undefined
  const byVersion = new Intl.Collator('en', { numeric: true }).compare
  const name = readdirSync(cacheFolder())
    .filter((entry) => entry.startsWith(prefix))
    .sort(byVersion)
    .at(-1)
  return name && join(cacheFolder(), name)
}

/**
 * Keeps what `fill` puts into a folder under that name. The folder appears whole or not at all, also when two do it at once; `fill` is told
 * where it fills and where that will lie in the end.
 */
export async function keep(name: string, fill: (unfinished: string, finished: string) => Promise<void>): Promise<string> {
  const finished = join(cacheFolder(), name)
  mkdirSync(cacheFolder(), { recursive: true })
  const unfinished = mkdtempSync(join(cacheFolder(), 'unfinished-'))
  try {
    await fill(unfinished, finished)
    if (!existsSync(finished)) renameSync(unfinished, finished)
    return finished
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
