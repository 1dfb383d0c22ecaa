import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './measure.ts'

const page = Buffer.alloc(8_192, 'x')
const times = 50

/** How many milliseconds the disk of a folder takes to keep a page of PostgreSQL's: the median of 50. No commit is quicker. */
export const syncing = (folder: string): number => {
  mkdirSync(folder, { recursive: true })
  const name = join(folder, `syncing-${process.pid}`)
  const file = openSync(name, 'w')
  try {
    const took = Array.from({ length: times }, () => {
      const began = performance.now()
      writeSync(file, page)
      fdatasyncSync(file)
      return performance.now() - began
    })
    return median(took)
  } finally {
    closeSync(file)
    rmSync(name)
  }
}
