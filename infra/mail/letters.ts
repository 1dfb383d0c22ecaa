import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Address = { address: string; name: string }

/** A letter as it came in; the names are maildev's. */
export type Letter = {
  id: string
  from: Address[]
  to: Address[]
  subject: string
  date: string
  time: string
  text: string
  html: string
  headers: Record<string, string>
  messageId: string
}

export type LetterBox = {
  /** Keeps a letter; it is on disk before this returns. */
  add: (letter: Letter) => void
  /** The letters as JSON, oldest first. */
  all: () => string[]
  one: (id: string) => string | undefined
  clear: () => void
}

/** The last letters, at most so many and so many characters; they outlive the process where there is a folder to keep them in. */
export function letterBox({ keep, characters, folder }: { keep: number; characters: number; folder: string | undefined }): LetterBox {
  const file = folder && join(folder, 'letters.jsonl')
  const letters = new Map<string, string>()
  let size = 0
  let written = 0

  const remember = (id: string, json: string) => {
    letters.set(id, json)
    size += json.length
    for (const [oldest, old] of letters) {
      if (letters.size <= keep && size <= characters) return
      letters.delete(oldest)
      size -= old.length
    }
  }
  const rewrite = () => {
    if (!file) return
    writeFileSync(`${file}.next`, [...letters.values(), ''].join('\n'), { mode: 0o600 })
    renameSync(`${file}.next`, file)
    written = 0
  }

  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (file && existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) if (isWhole(line)) remember(JSON.parse(line).id, line)
  rewrite()

  return {
    add: (letter) => {
      const json = JSON.stringify(letter)
      if (file) appendFileSync(file, `${json}\n`)
      remember(letter.id, json)
      if (++written > keep) rewrite()
    },
    all: () => [...letters.values()],
    one: (id) => letters.get(id),
    clear: () => {
      letters.clear()
      size = 0
      rewrite()
    },
  }
}

/** The last line is not, if the process was killed while it wrote. */
const isWhole = (line: string): boolean => line.endsWith('}')
