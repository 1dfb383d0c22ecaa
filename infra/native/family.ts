import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

type Process = { pid: number; parent: number }

/** The processes of this machine. */
export const processes = (): Process[] => {
  const rows = existsSync('/proc/self')
    ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [statOf(name)] : []))
    : execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')
  return rows.map((row) => row.trim().split(/\s+/).map(Number)).map(([pid = 0, parent = 0]) => ({ pid, parent }))
}

/** A process and all that descend from it. */
export const familyOf = (pid: number, all = processes()): number[] => [
  pid,
  ...all.filter(({ parent }) => parent === pid).flatMap((child) => familyOf(child.pid, all)),
]

const statOf = (pid: string) => {
  const stat = readOr(`/proc/${pid}/stat`)
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0}`
}

/** What is in a file, or nothing if it has gone. */
export const readOr = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
