import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repository } from '../native/run-folder.ts'
import { chart } from './chart.ts'
import type { Results } from './results.ts'
import { source, tables } from './table.ts'

const page = join(repository, 'infra/bench/README.md')
const raw = join(repository, 'infra/bench/published/figures.json')
const picture = join(repository, 'infra/bench/published/ratios.svg')
const between = /(<!-- the figures -->\n).*?(<!-- \/the figures -->)/s

/** Writes raw figures into a file. */
export const write = (results: Results, file: string) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`)
}

/** The part of the page that the raw figures make. */
const section = (results: Results | undefined): string =>
  results
    ? [
        tables(results),
        'In bold how many times what stands in the first row of its table, but with overload: how many times its own at rest. p50 to p99 are at rest.\n',
        '![The ratios as bars, by scene: beside the hop, the dance and POST /orders by hand](published/ratios.svg)\n',
        `${source(results)}\nThe raw figures: [figures.json](published/figures.json).\n`,
      ].join('\n')
    : 'No run has been published yet.\n'

/** Makes these the figures that `infra/bench/README.md` tells of. */
export const publish = async (results: Results) => {
  write(results, raw)
  writeFileSync(picture, await chart(results))
  writeFileSync(page, rendered(results))
}

/** What is published, and is not what the raw figures make. */
export const outdated = async (): Promise<string[]> => {
  const results = existsSync(raw) ? (JSON.parse(readFileSync(raw, 'utf8')) as Results) : undefined
  const isDrawn = !results || readFileSync(picture, 'utf8') === (await chart(results))
  return [...(rendered(results) === readFileSync(page, 'utf8') ? [] : [page]), ...(isDrawn ? [] : [picture])]
}

const rendered = (results: Results | undefined): string => {
  const before = readFileSync(page, 'utf8')
  if (!between.test(before)) throw new Error(`${page} has no place for the figures: <!-- the figures --> … <!-- /the figures -->`)
  return before.replace(between, (_, begin: string, end: string) => `${begin}${section(results)}${end}`)
}
