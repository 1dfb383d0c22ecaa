import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Whether the system knows the pid, be it of a zombie or of another user's process. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The command line of a process, empty if there is no such process (or it is a zombie). */
export function commandOf(pid: number): string {
  if (existsSync('/proc/self')) return readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  return ps(pid, 'command')
}

/** When a process began, in whatever unit: with its pid it tells one process from every other, also after the pid has been given to another. */
export function beginningOf(pid: number): string {
  if (!existsSync('/proc/self')) return ps(pid, 'lstart')
  const stat = readOr(`/proc/${pid}/stat`)
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' ? '' : (rest[18] ?? '')
}

const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const ps = (pid: number, column: string): string => {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', `${column}=`], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}
