import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { keep, kept } from './cache.ts'
import { onPath } from './on-path.ts'

const version = '2.20.0'
const releases = `https://github.com/jaegertracing/jaeger/releases/download/v${version}`
const moduleVersion = '1.76.0' // the newest that is a Go module; Jaeger 2.13 lies in it, with a placeholder for its page

type Say = (line: string) => void

/** The Jaeger of this machine, else the one in the cache folder, else the release archive, else one built with Go; undefined where none can be had. */
export async function jaegerProgram(say: Say): Promise<string | undefined> {
  const folder = kept('jaeger-')
  return onPath('jaeger') ?? (folder && join(folder, 'jaeger')) ?? (await downloaded(say)) ?? (await built(say))
}

async function downloaded(say: Say): Promise<string | undefined> {
  const name = `jaeger-${version}-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  try {
    const sums = await (await fetched(`${releases}/jaeger-${version}.sha256sum.txt`, 5_000)).text()
    const expected = new RegExp(`^([0-9a-f]{64}) [ *]${name}\\.tar\\.gz$`, 'm').exec(sums)?.[1]
    if (!expected) throw new Error(`there is no ${name}`)
    say(`fetching Jaeger ${version}, once …`)
    const archive = Buffer.from(await (await fetched(`${releases}/${name}.tar.gz`, 300_000)).arrayBuffer())
    if (createHash('sha256').update(archive).digest('hex') !== expected)
      throw new Error(`${name}.tar.gz has not the checksum it should have`)
    const folder = await keep(`jaeger-${version}`, async (unfinished) => {
      await writeFile(join(unfinished, 'archive.tar.gz'), archive)
      await execa('tar', ['-xzf', 'archive.tar.gz', '--strip-components=1', `${name}/jaeger`], { cwd: unfinished })
      await execa('rm', ['archive.tar.gz'], { cwd: unfinished })
    })
    return join(folder, 'jaeger')
  } catch (error) {
    say(`Jaeger's release archive cannot be had from ${new URL(releases).host}: ${reasonOf(error)}`)
    return undefined
  }
}

async function fetched(url: string, withinMs: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response
}

async function built(say: Say): Promise<string | undefined> {
  if (!onPath('go')) return undefined
  const began = Date.now()
  say('building Jaeger with Go, once, about 3 minutes …')
  const ticking = setInterval(() => say(`building Jaeger … ${Math.round((Date.now() - began) / 1000)} s`), 15_000)
  try {
    const { stdout } = await execa('go', ['mod', 'download', '-json', `github.com/jaegertracing/jaeger@v${moduleVersion}`], { cwd: '/' })
    const { Dir: source } = JSON.parse(stdout)
    const folder = await keep(`jaeger-${moduleVersion}-go`, async (unfinished) => {
      const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(unfinished, 'jaeger'), './cmd/jaeger']
      await execa('go', args, { cwd: source, env: { CGO_ENABLED: '0' } })
    })
    return join(folder, 'jaeger')
  } catch (error) {
    say(`Jaeger cannot be built with Go: ${reasonOf(error)}`)
    return undefined
  } finally {
    clearInterval(ticking)
  }
}

const reasonOf = (error: unknown): string => {
  const { shortMessage, message, cause } = error as Error & { shortMessage?: string }
  return (shortMessage ?? (cause instanceof Error ? cause.message : message)).split('\n')[0] ?? ''
}
