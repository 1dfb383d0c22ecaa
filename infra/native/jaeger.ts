import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutPasswords } from '../passwords.ts'
import type { Ports } from '../ports.ts'
import { answersHttp, listens } from './answers.ts'
import { jaegerProgram } from './jaeger-program.ts'
import { type Part, spawnLogged } from './part.ts'

const configuration = fileURLToPath(new URL('../jaeger.yaml', import.meta.url))

type Options = { folder: string; ports: Pick<Ports, 'jaeger' | 'jaegerGrpc' | 'otlp' | 'otlpGrpc'>; say: (line: string) => void }

/** Jaeger with its traces in memory, on 127.0.0.1 alone; undefined, and said in one line, where none can be had. */
export async function jaegerPart({ folder, ports, say }: Options): Promise<Part | undefined> {
  const program = await jaegerProgram(say)
  if (!program) {
    say('there is no Jaeger: the dance dances, but no trace can be looked at (put `jaeger` 2 or `go` on PATH and start again)')
    return undefined
  }
  const log = join(folder, 'logs/jaeger.log')
  const url = `http://127.0.0.1:${ports.jaeger}`
  const env = {
    ...withoutPasswords(),
    GOMEMLIMIT: '240MiB',
    JAEGER_LISTEN_HOST: '127.0.0.1',
    JAEGER_PORT: String(ports.jaeger),
    JAEGER_GRPC_PORT: String(ports.jaegerGrpc),
    OTLP_HTTP_PORT: String(ports.otlp),
    OTLP_GRPC_PORT: String(ports.otlpGrpc),
  }
  return {
    name: 'jaeger',
    address: { url, otlp: `http://127.0.0.1:${ports.otlp}` },
    log,
    stopSignal: 'SIGTERM',
    spawn: () => spawnLogged(program, ['--config', configuration], log, { env }),
    answers: async () => (await answersHttp(`${url}/api/services`)) && listens(ports.otlp),
  }
}
