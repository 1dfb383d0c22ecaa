import { sectionOf } from '../bench/page.ts'
import type { Results } from '../bench/results.ts'
import { origin } from '../bench/table.ts'
import { type Growth, tableOf } from './flat.ts'

/** A soak: the load, what came of it, and what memory each part took meanwhile. */
type Soaked = Omit<Results, 'rounds'> & {
  readonly command: string
  readonly report: readonly string[]
  readonly growths: readonly Growth[]
}

const section = ({ command, report, growths, ...from }: Soaked): string =>
  [
    `\`${command}\`:\n`,
    '```',
    ...[...report, '', ...tableOf(growths)],
    '```\n',
    `${origin(from)} The raw figures: [soak.json](published/soak.json).\n`,
  ].join('\n')

/** The part of `infra/bench/README.md` that tells what memory the system takes, and whether that grows. */
export const soaked = sectionOf<Soaked>({ marks: 'the soak', raw: 'soak.json', section })
