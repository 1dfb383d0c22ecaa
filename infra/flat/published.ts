import { sectionOf } from '../bench/page.ts'
import type { Results } from '../bench/results.ts'
import { source } from '../bench/table.ts'
import { verdict } from './goals.ts'
import { tables } from './table.ts'

const section = (results: Results): string =>
  [
    tables(results),
    'In bold how many times what stands in the first column, and of the instances in the first row.\n',
    `${verdict(results).join('\n')}\n`,
    `${source(results)}\nThe raw figures: [flat.json](published/flat.json).\n`,
  ].join('\n')

/** The part of `infra/bench/README.md` that tells how flat the cost of an order is. */
export const flatness = sectionOf({ marks: 'the flat figures', raw: 'flat.json', section })
