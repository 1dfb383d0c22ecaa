import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { processes, readOr } from '../../infra/native/family.ts'
import { beginningOf } from '../../infra/native/processes.ts'

/** The processes that were started for the system in a folder, by what their environment or command line names; on Linux alone. */
export const startedFor = (folder: string): number[] =>
  processes()
    .map(({ pid }) => pid)
    .filter((pid) => pid !== process.pid && [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`].some((file) => readOr(file).includes(folder)))

/** The addresses at which those processes listen, as the kernel writes them; on Linux alone. */
export const listening = (pids: readonly number[]): string[] => {
  const sockets = new Map(
    ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => readOr(file).split('\n').slice(1))
      .map((row) => row.trim().split(/\s+/))
      .filter(([, , , state]) => state === '0A')
      .map((row) => [`socket:[${row[9]}]`, row[1] ?? '']),
  )
  const open = pids.flatMap((pid) =>
    existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`) : [],
  )
  return open.flatMap((fd) => sockets.get(linkOr(fd)) ?? [])
}

const linkOr = (file: string) => {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}

export const isAlive = (pid: number): boolean => beginningOf(pid) !== ''

/** Whether somebody takes a connection at a port of this machine. */
export const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
