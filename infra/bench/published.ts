import { readFileSync, writeFileSync } from 'node:fs'
import { chart } from './chart.ts'
import { published, sectionOf } from './page.ts'
import type { Results } from './results.ts'
import { source, tables } from './table.ts'

/** The part of the page that the raw figures of the bench make. */
const section = (results: Results): string =>
  [
    tables(results),
    'In bold how many times what stands in the first row of its table, but with overload: how many times its own at rest. p50 to p99 are at rest.\n',
    '![The ratios as bars, by scene: beside the hop, the dance and POST /orders by hand](published/ratios.svg)\n',
    `${source(results)}\nThe raw figures: [figures.json](published/figures.json).\n`,
  ].join('\n')

const part = sectionOf({ marks: 'the figures', raw: 'figures.json', section })
const picture = published('ratios.svg')

/** Makes these the figures that `infra/bench/README.md` tells of. */
export const publish = async (results: Results) => {
  part.publish(results)
  writeFileSync(picture, await chart(results))
}

/** What is published, and is not what the raw figures make. */
export const outdated = async (): Promise<string[]> => {
  const results = part.read()
  const isDrawn = !results || readFileSync(picture, 'utf8') === (await chart(results))
  return [...part.outdated(), ...(isDrawn ? [] : [picture])]
}
