import { execa } from 'execa'

const checks: [what: string, command: string, ...args: string[]][] = [
  ['types', 'tsc', '-p', '.'],
  ['lint, format and import rules', 'biome', 'check', '--error-on-warnings'],
  ['dead code', 'knip'],
  ['the tables leave nobody unheard, nothing held, and nothing turning in circles', process.execPath, 'infra/tables.ts'],
  ['the figures in infra/bench/README.md are those that were measured', process.execPath, 'infra/figures.ts'],
  ['the diagram in README.md is that of the tables', process.execPath, 'infra/diagram.ts', '--check'],
]

for (const [what, command, ...args] of checks) {
  const { exitCode } = await execa(command, args, { preferLocal: true, stdio: 'inherit', reject: false })
  console.log(`${exitCode === 0 ? 'ok    ' : 'failed'} ${what}`)
  if (exitCode !== 0) process.exitCode = 1
}
