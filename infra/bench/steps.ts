import { sectionOf } from './page.ts'
import type { Results } from './results.ts'
import { columns, source, standing } from './table.ts'

/** A run of the bench at a commit that made something faster. */
type Step = { readonly step: string; readonly results: Results }

const told = columns.filter(({ title }) => ['p50', '20 producers', 'drain'].includes(title))

/** A Markdown table of what each step came to, as ratios to the hop by hand of the same run. */
const tableOf = (steps: readonly Step[]): string => {
  const who = ['system', 'system, traced']
  const cells = ({ results: { rounds } }: Step) =>
    who.flatMap((name) =>
      told.map((column) => {
        const hops = rounds.filter(({ kind }) => kind === 'hop')
        return standing(hops, name, column)?.ratio.toFixed(2) ?? 'void'
      }),
    )
  const head = ['after', 'commit', ...who.flatMap((name) => told.map(({ title }) => (name === 'system' ? title : `${title}, traced`)))]
  const rows = steps.map((one) => [one.step, `\`${one.results.commit}\``, ...cells(one)])
  return [head, head.map((_, i) => (i < 2 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const section = (all: readonly Step[]): string =>
  [
    `${tableOf(all)}\n`,
    'Ratios to `limit` in the same run; B is silent.\n',
    ...all.map(({ step, results }) => `${step}: ${source(results)}\n`),
    'The raw figures: [steps.json](published/steps.json).\n',
  ].join('\n')

const part = sectionOf<readonly Step[]>({ marks: 'the steps', raw: 'steps.json', section })
export const outdated = part.outdated

/** Adds a run to the steps that `infra/bench/README.md` tells of, or puts it in the place of one of the same name. */
export const publishStep = (step: string, results: Results) => {
  const before = part.read() ?? []
  const mine = { step, results }
  part.publish(before.some((one) => one.step === step) ? before.map((one) => (one.step === step ? mine : one)) : [...before, mine])
}
