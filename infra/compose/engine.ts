import { execa } from 'execa'

/** Why nothing can run in containers here, in words; undefined when a Docker engine answers, and Compose with it. */
export const engineFault = async (): Promise<string | undefined> => {
  const ask = (...args: string[]) => execa('docker', args, { reject: false, timeout: 10_000, all: true })
  const [compose, engine] = await Promise.all([ask('compose', 'version'), ask('version', '--format', '{{.Server.Version}}')])
  if (compose.code === 'ENOENT') return 'Docker is not installed'
  if (compose.failed) return 'Docker has no Compose plugin (docker compose version)'
  if (engine.timedOut) return 'The Docker engine does not answer within 10 s'
  if (engine.failed) return `No Docker engine answers (docker version): ${engine.all.trim().split('\n').at(-1)}`
  return undefined
}
