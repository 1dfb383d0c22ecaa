import { createInterface } from 'node:readline'
import { execa } from 'execa'
import type { Compose } from './project.ts'

const ours = 'pas-de-cinq'

/** Builds our image and fetches those of others: some minutes once, a second when they are there and nothing has changed. Why not, in words, if it cannot. */
export const imagesFault = async ({ run }: Compose, say: (line: string) => void): Promise<string | undefined> => {
  const building = run('build', 'topology')
  createInterface({ input: building.all }).on('line', (line) => /^#\d+ \[/.test(line) && say(line.replace(/^#\d+ /, '')))
  const { failed, all } = await building
  if (failed) return `The image cannot be built (docker compose build):\n${lastOf(all)}`
  const { stdout } = await run('config', '--images')
  for (const image of new Set(stdout.split('\n').filter((image) => image !== ours))) {
    const known = await execa('docker', ['image', 'inspect', image], { reject: false })
    if (!known.failed) continue
    say(`fetching ${image} …`)
    const pulled = await execa('docker', ['pull', '--quiet', image], { reject: false, all: true })
    if (pulled.failed) return `The image ${image} cannot be had:\n${lastOf(pulled.all)}`
  }
  return undefined
}

const lastOf = (output: string) => output.trim().split('\n').slice(-8).join('\n')
