import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repository } from '../native/run-folder.ts'
import { refuse } from '../options.ts'
import { commit, type Results } from './results.ts'

const page = join(repository, 'infra/bench/README.md')

/** A part of `infra/bench/README.md`, between its marks, that raw figures make. */
type Part<Raw> = { readonly marks: string; readonly raw: string; readonly section: (raw: Raw) => string }

/** Where what is published lies. */
export const published = (file: string) => join(repository, 'infra/bench/published', file)

/** Refuses what is to be published, where no commit tells what it is of. */
export const refuseUncommitted = () => {
  if (/changed|unknown/.test(commit())) refuse('Commit first, so that the figures that are published name what they are of.')
}

/** Writes raw figures into a file. */
export const write = (results: unknown, file: string) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`)
}

export const sectionOf = <Raw = Results>({ marks, raw, section }: Part<Raw>) => {
  const file = published(raw)
  const between = new RegExp(`(<!-- ${marks} -->\n).*?(<!-- /${marks} -->)`, 's')
  const read = () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Raw) : undefined)
  const rendered = (results: Raw | undefined): string => {
    const before = readFileSync(page, 'utf8')
    if (!between.test(before)) throw new Error(`${page} has no place for the figures: <!-- ${marks} --> … <!-- /${marks} -->`)
    const text = results ? section(results) : 'No run has been published yet.\n'
    return before.replace(between, (_, begin: string, end: string) => `${begin}${text}${end}`)
  }
  return {
    /** the raw figures that are published, if any */
    read,
    /** Makes these the figures that the page tells of. */
    publish(results: Raw) {
      write(results, file)
      writeFileSync(page, rendered(results))
    },
    /** the page, if it is not what the raw figures make */
    outdated: () => (rendered(read()) === readFileSync(page, 'utf8') ? [] : [page]),
  }
}
