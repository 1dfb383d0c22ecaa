import { readFileSync, writeFileSync } from 'node:fs'
import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import { choreographies } from './choreographies.ts'
import { optionsOf } from './options.ts'

const { values } = optionsOf({ options: { check: { type: 'boolean', default: false } } })
const readme = new URL('../README.md', import.meta.url)
const between = /(<!-- the dance -->\n).*?(<!-- \/the dance -->)/s

/** Who hears what of whom: one arrow per pair of services, with the events on it, as Mermaid draws it. */
const diagram = async () => {
  const tables = Object.entries(await choreographies())
  const arrows = tables.flatMap(([hearer, table]) => {
    const heard = Object.groupBy(heardBy(table), (type) => type.split('.')[0] as string)
    return Object.entries(heard).map(
      ([speaker, types = []]) => `  ${speaker} -- "${types.map((type) => type.split('.')[1]).join('<br>')}" --> ${hearer}`,
    )
  })
  const commands = tables.flatMap(([name, { reactions }]) =>
    reactions.filter(({ from }) => from === 'outside').map(({ when }, i) => `  ${name}In${i}(["${when}"]) --> ${name}`),
  )
  return ['```mermaid', 'flowchart LR', ...commands, ...arrows.sort(), '```', ''].join('\n')
}

const before = readFileSync(readme, 'utf8')
const after = before.replace(between, `$1${await diagram()}$2`)
if (!between.test(before)) throw new Error('README.md has no place for the diagram: <!-- the dance --> … <!-- /the dance -->')
if (!values.check) writeFileSync(readme, after)
else if (after !== before) {
  console.error('The diagram in README.md is not that of the tables any more: npm run diagram')
  process.exitCode = 1
}
