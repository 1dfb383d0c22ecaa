import { execFile } from 'node:child_process'

/** The environment of a command for the system that all tests share. */
export const environment = {
  ...process.env,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
  PAS_DE_CINQ_RUN: process.env['E2E_RUN'],
  OTEL_EXPORTER_OTLP_ENDPOINT: process.env['E2E_TRACES'],
}

/** What `npm run` of that name says to these words, and its exit code. */
export const told = (command: string, words: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [`infra/${command}.ts`, ...words], { env: { ...environment, ...more } }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
