import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './measure.ts'

const page = Buffer.alloc(8_192, 'x')
const times = 50

/** How many milliseconds the disk of a folder takes to keep a page of PostgreSQL's, where there was one before: the median of 50. */
export const syncing = (folder: string): number => {
  mkdirSync(folder, { recursive: true })
  const name = join(folder, `syncing-${process.pid}`)
  const file = openSync(name, 'w')
  const keep = () => {
    writeSync(file, page, 0, page.length, 0)
    fdatasyncSync(file)
  }
  try {
    keep()
    const took = Array.from({ length: times }, () => {
      const began = performance.now()
      keep()
      return performance.now() - began
    })
    return median(took)
  } finally {
    closeSync(file)
    rmSync(name)
  }
}
